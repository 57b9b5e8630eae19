import type { ChatNews } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { ListMessagesRequest } from '../../proto/gen/onair/chat/v1/chat.ts';
import { ringSize } from '../state/live-state.ts';
import { createMessageOrder } from '../state/message-order.ts';
import { toChatNews } from '../state/message-ring.ts';
import { createRerun } from './rerun.ts';

/** The most messages that one read answers. */
const pageSize = 500;
/**
 * Milliseconds of chat to begin with, so that what is shown of it is what other rooms show: the
 * second that is under way, and two whole ones before it.
 */
const beginWithMs = 3_000;
/** Pages read for that at most; a chat that fast is shown the same everywhere a little later. */
const maxPages = 10;

export interface ChatSyncDeps {
  readonly broadcastId: string;
  readonly chat: Pick<Clients['chat'], 'listMessages'>;
  /**
   * Takes messages in order of their numbers, each once. `completeFrom` is told where they don't
   * follow those before: the first number of which everything was read from there on.
   */
  readonly show: (messages: readonly ChatNews[], completeFrom?: number) => void;
  /** Told when messages that were missed could not be fetched; they will be at the next refresh. */
  readonly onError: (error: unknown) => void;
}

/** The chat of one broadcast, brought into order and made complete. */
export interface ChatSync {
  /** Takes messages that someone told of, and fetches what is missing before them. */
  offer(messages: readonly ChatNews[]): void;
  /**
   * Reads what is new; the newest messages only, if there are more than the ring keeps.
   * @throws DomainError as ChatService.ListMessages
   */
  refresh(): Promise<void>;
}

/** A chat of which nothing was read yet: call `refresh` first. */
export function createChatSync(deps: ChatSyncDeps): ChatSync {
  const order = createMessageOrder<ChatNews>(pageSize);
  let started = false;

  function show(messages: readonly ChatNews[], completeFrom?: number): void {
    if (messages.length > 0) deps.show(messages, completeFrom);
  }

  async function read(position: ListMessagesRequest['position'], limit: number) {
    const { broadcastId } = deps;
    const answer = await deps.chat.listMessages({ broadcastId, position, limit });
    return { messages: answer.messages.map(toChatNews), lastSeq: answer.lastSeq };
  }

  async function readNewest(): Promise<void> {
    const { messages } = await read({ $case: 'beforeSeq', value: 0 }, ringSize);
    for (let pages = 0; pages < maxPages && !reachesBack(messages); pages += 1) {
      const value = messages.at(-1)?.seq ?? 0;
      messages.push(...(await read({ $case: 'beforeSeq', value }, pageSize)).messages);
    }
    started = true;
    const oldest = messages.at(-1)?.seq ?? 0;
    const skips = oldest > order.last + 1;
    show(order.restart(messages), skips ? oldest : undefined);
  }

  /** Newest first. Whether they go back far enough, or to the first of all. */
  function reachesBack(messages: readonly ChatNews[]): boolean {
    const [newest, oldest] = [messages[0], messages.at(-1)];
    if (newest === undefined || oldest === undefined) return true;
    return oldest.seq <= order.last + 1 || oldest.sentAt <= newest.sentAt - beginWithMs;
  }

  async function readNew(): Promise<void> {
    const after = order.last;
    const { messages, lastSeq } = await read({ $case: 'afterSeq', value: after }, pageSize);
    if (lastSeq - after > messages.length) return readNewest();
    show(order.offer(messages));
  }

  const refresh = createRerun(() => (started ? readNew() : readNewest()));

  return {
    offer(messages) {
      show(order.offer(messages));
      if (started && order.gap) refresh().catch(deps.onError);
    },
    refresh,
  };
}
