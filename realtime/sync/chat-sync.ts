import type { ChatNews } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { ListMessagesRequest } from '../../proto/gen/onair/chat/v1/chat.ts';
import { ringSize } from '../state/live-state.ts';
import { createMessageOrder } from '../state/message-order.ts';
import { toChatNews } from '../state/message-ring.ts';
import { createRerun } from './rerun.ts';

/** The most messages that one read answers. */
const pageSize = 500;

export interface ChatSyncDeps {
  readonly broadcastId: string;
  readonly chat: Pick<Clients['chat'], 'listMessages'>;
  /** Takes messages in order of their numbers, each once. */
  readonly show: (messages: readonly ChatNews[]) => void;
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

  function show(messages: readonly ChatNews[]): void {
    if (messages.length > 0) deps.show(messages);
  }

  async function read(position: ListMessagesRequest['position'], limit: number) {
    const { broadcastId } = deps;
    const answer = await deps.chat.listMessages({ broadcastId, position, limit });
    return { messages: answer.messages.map(toChatNews), lastSeq: answer.lastSeq };
  }

  async function readNewest(): Promise<void> {
    const { messages } = await read({ $case: 'beforeSeq', value: 0 }, ringSize);
    started = true;
    show(order.restart(messages));
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
