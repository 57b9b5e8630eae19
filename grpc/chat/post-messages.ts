import { NotFound } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import { type Batcher, type Outcome, outcomeOf } from '../db/index.ts';
import type { NewMessage } from './chat-policy.ts';
import type { ChatBroadcasts } from './facts-reader.ts';
import type { Posted, Utterance } from './say-messages.ts';
import { operator, type WordLists } from './word-lists.ts';

/** What storing messages takes. */
export interface PostDeps {
  readonly log: Logger;
  readonly broadcasts: ChatBroadcasts;
  readonly words: WordLists;
  readonly batcher: Batcher<Utterance, Posted>;
}

/**
 * Says messages that the policy allows, in the order given; one outcome for each. The broadcast is
 * read but not locked, so a message may still get in just after its end: chat is not money, and
 * locking broadcasts for it would make selling wait.
 * @throws DomainError OVERLOADED, UNAVAILABLE when the broadcasts can't be looked up
 */
export async function postMessages(
  { log, broadcasts, words, batcher }: PostDeps,
  messages: readonly NewMessage[],
): Promise<Outcome<Posted>[]> {
  if (messages.length === 0) return [];
  const sellers = await broadcasts.sellersOf(messages.map((message) => message.broadcastId));
  await words.load([operator, ...sellers.values()]);
  return Promise.all(
    messages.map((message) =>
      outcomeOf(log, async () => {
        const sellerId = sellers.get(message.broadcastId);
        if (sellerId === undefined) throw new NotFound('broadcast', message.broadcastId);
        return batcher.submit({ by: 'person', message, sellerId });
      }),
    ),
  );
}
