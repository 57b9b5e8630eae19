import { DomainError, NotFound } from '../../common/errors/index.ts';
import { createBatcher, type Outcome, outcomeOf } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { countHearts } from './count-hearts.ts';
import { type HeartReport, maxReportsPerCall } from './requests.ts';
import { readHearts } from './store.ts';

export { reactionsEntities } from './entities.ts';
export { createReactionsService } from './service.ts';

type BroadcastStatus = 'scheduled' | 'live' | 'ended';

/** Where reactions learn of broadcasts; the broadcasts domain is one. */
export interface BroadcastLookup {
  /** Facts by id as of now; unknown ids are left out. */
  factsOf(
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly status: BroadcastStatus }>>;
}

/** Reactions of viewers, counted. */
export interface Reactions {
  /**
   * Counts reports, each once for its id, and answers each with its broadcast's total; one outcome
   * for each, in the same order. Hearts that were sent before the end are reported after it, so a
   * broadcast that has ended still counts. Refuses NOT_FOUND; BROADCAST_NOT_LIVE, it has not begun;
   * REQUEST_ID_REUSED; OVERLOADED and UNAVAILABLE, after which it is sent again as it was.
   */
  reportHearts(reports: readonly HeartReport[]): Promise<Outcome<number>[]>;
  /** Hearts of a broadcast so far. @throws NotFound if there is no such broadcast */
  readHearts(broadcastId: string): Promise<number>;
  /** Resolves when every report that was taken is counted. */
  drain(): Promise<void>;
}

/** Reactions over the broadcasts they belong to. */
export function createReactions(deps: DomainDeps, broadcasts: BroadcastLookup): Reactions {
  const { config, db, log } = deps;
  const batcher = createBatcher<HeartReport, number>({
    name: 'hearts',
    db,
    maxBatch: maxReportsPerCall,
    maxQueue: config.QUEUE_LIMIT,
    run: (tx, reports) => countHearts(deps, tx, reports),
  });

  async function report(one: HeartReport, status: BroadcastStatus | undefined): Promise<number> {
    const { broadcastId } = one;
    if (status === undefined) throw new NotFound('broadcast', broadcastId);
    if (status === 'scheduled') {
      const message = `broadcast ${broadcastId} has not begun`;
      throw new DomainError('BROADCAST_NOT_LIVE', message, { broadcastId });
    }
    return batcher.submit(one);
  }

  return {
    async reportHearts(reports) {
      if (reports.length === 0) return [];
      const facts = await broadcasts.factsOf([...new Set(reports.map((one) => one.broadcastId))]);
      return Promise.all(
        reports.map((one) => outcomeOf(log, () => report(one, facts.get(one.broadcastId)?.status))),
      );
    },
    async readHearts(broadcastId) {
      const hearts = await readHearts(db.read, broadcastId);
      if (hearts !== undefined) return hearts;
      if ((await broadcasts.factsOf([broadcastId])).has(broadcastId)) return 0;
      throw new NotFound('broadcast', broadcastId);
    },
    drain: () => batcher.drain(),
  };
}
