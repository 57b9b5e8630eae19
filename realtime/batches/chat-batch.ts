import type { Coalescer } from '../../common/coalesce.ts';
import type { ChatNews } from '../../common/pulse/index.ts';
import { createCallsInTurn } from '../../common/rpc/calls-in-turn.ts';
import type { NewMessage, PostMessageOutcome } from '../../proto/gen/onair/chat/v1/chat.ts';
import { toChatNews } from '../state/message-ring.ts';
import { type BatchDeps, maxBatch, realtimeActor, traceOf, untilDrained } from './batch-caller.ts';
import { refused } from './refused.ts';

/** A message to store, and the request that brought it. */
export interface ChatPost {
  readonly message: NewMessage;
  readonly requestId: string;
}

/** The stored message; or it waits for approval. */
export type Posted = ChatNews | 'held';

/**
 * All chat of this process, in one call every `everyMs` at most: a call costs more than the messages
 * in it, and so does the patch that shows them. What is said after a pause goes at once. Rejects with
 * what ChatService.PostMessages said of the message, or OVERLOADED. A message that waits for
 * approval is `held`.
 */
export function createChatBatch(deps: BatchDeps, everyMs: number): Coalescer<ChatPost, Posted> {
  const { chat } = deps.clients.as({ actor: realtimeActor });
  const calls = createCallsInTurn({ open: chat.postMessagesInTurn });
  return untilDrained(calls, {
    name: 'chat',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    everyMs,
    async run(posts) {
      const { outcomes } = await calls.call({
        messages: posts.map((post) => post.message),
        traceId: traceOf(deps, posts),
      });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: PostMessageOutcome): PromiseSettledResult<Posted> {
  switch (result?.$case) {
    case 'message':
      return { status: 'fulfilled', value: toChatNews(result.value) };
    case 'held':
      return { status: 'fulfilled', value: 'held' };
    default:
      return refused(result?.value);
  }
}
