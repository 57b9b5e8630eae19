import { DomainError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import { accepted, type Batcher, type Outcome, refused } from '../db/index.ts';
import { type NewMessage, refuseMessage } from './chat-policy.ts';
import type { ChatMessageRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import type { MessageToStore } from './store-messages.ts';

/** What storing messages takes. */
export interface PostDeps {
  readonly log: Logger;
  readonly broadcasts: BroadcastLookup;
  readonly batcher: Batcher<MessageToStore, ChatMessageRow>;
}

/**
 * Stores messages that the policy allows, in the order given; one outcome for each. The broadcast
 * is looked at before the transaction, so a message may still get in just after its end: chat is
 * not money, and locking broadcasts for it would make selling wait.
 * @throws DomainError OVERLOADED, UNAVAILABLE when the broadcasts can't be looked up
 */
export async function postMessages(
  { log, broadcasts, batcher }: PostDeps,
  messages: readonly NewMessage[],
): Promise<Outcome<ChatMessageRow>[]> {
  if (messages.length === 0) return [];
  const facts = await broadcasts.factsOf(messages.map((message) => message.broadcastId));
  return Promise.all(
    messages.map(async (message) => {
      const refusal = refuseMessage(message, facts.get(message.broadcastId));
      if (refusal !== undefined) return refused<ChatMessageRow>(refusal);
      try {
        return accepted(await batcher.submit(message));
      } catch (error) {
        if (error instanceof DomainError) return refused<ChatMessageRow>(error);
        // One message that can't be stored takes nothing from the others.
        log.error({ err: error, broadcastId: message.broadcastId }, 'message was not stored');
        return refused<ChatMessageRow>(new DomainError('INTERNAL', 'internal error'));
      }
    }),
  );
}
