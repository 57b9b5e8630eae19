import { createCoalescer } from '../../common/coalesce.ts';
import type { BroadcastFacts } from './chat-policy.ts';

/** Where chat learns of broadcasts; the broadcasts domain is one. */
export interface BroadcastLookup {
  /** Facts by id as of now; unknown ids are left out. */
  factsOf(ids: readonly string[]): Promise<ReadonlyMap<string, BroadcastFacts>>;
}

/**
 * Calls that come while a look-up is under way share the next one. Not a cache: a message is
 * judged by what was so after it came, so the first one of a broadcast that just went live is
 * never refused; and the look-ups grow with time, not with messages.
 */
export function createFactsReader(broadcasts: BroadcastLookup, maxQueue: number): BroadcastLookup {
  const lookUps = createCoalescer<readonly string[], ReadonlyMap<string, BroadcastFacts>>({
    name: 'chat look-ups',
    maxBatch: 256,
    maxQueue,
    async run(calls) {
      const facts = await broadcasts.factsOf([...new Set(calls.flat())]);
      return calls.map(() => ({ status: 'fulfilled', value: facts }));
    },
  });
  return { factsOf: (ids) => lookUps.submit(ids) };
}
