import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import type { ChatNews } from '../../common/pulse/index.ts';
import type { NewMessage, PostMessageOutcome } from '../../proto/gen/onair/chat/v1/chat.ts';
import { toChatNews } from '../state/message-ring.ts';
import { type BatchDeps, callerFor, maxBatch } from './batch-caller.ts';
import { refused } from './refused.ts';

/** A message to store, and the request that brought it. */
export interface ChatPost {
  readonly message: NewMessage;
  readonly requestId: string;
}

/**
 * All chat of this process: what arrives while a call runs goes with the next one. Rejects with
 * what ChatService.PostMessages said of the message, or OVERLOADED.
 */
export function createChatBatch(deps: BatchDeps): Coalescer<ChatPost, ChatNews> {
  return createCoalescer({
    name: 'chat',
    maxBatch,
    maxQueue: deps.queueLimit,
    async run(posts) {
      const messages = posts.map((post) => post.message);
      const { outcomes } = await callerFor(deps, posts).chat.postMessages({ messages });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: PostMessageOutcome): PromiseSettledResult<ChatNews> {
  if (result?.$case !== 'message') return refused(result?.value);
  return { status: 'fulfilled', value: toChatNews(result.value) };
}
