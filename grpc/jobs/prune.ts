import type { EpochMs } from '../../common/clock.ts';
import { pruneDoneJobs, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';

const dayMs = 86_400_000;

/**
 * For how long a request that is repeated gets its first answer. Clients repeat within minutes;
 * a week also covers a device that was switched off over a holiday.
 */
const requestRetentionMs = 7 * dayMs;
/** For how long a done job's dedupe key keeps its twin out; longer than any schedule's period. */
const jobRetentionMs = 7 * dayMs;

/** Forgets the oldest `limit` requests past their retention; answers how many. */
export function pruneRequests({ db, clock }: DomainDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const before = await chunkEnd(tx, 'FROM requests WHERE createdAt < ?', {
      cutoff: clock.now() - requestRetentionMs,
      limit,
    });
    return tx.execute('DELETE FROM requests WHERE createdAt < ?', [before]);
  });
}

/** Forgets the oldest `limit` done jobs past their retention; answers how many. */
export function pruneJobs({ db, clock }: DomainDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const before = await chunkEnd(tx, `FROM jobs WHERE state = 'done' AND createdAt < ?`, {
      cutoff: clock.now() - jobRetentionMs,
      limit,
    });
    return pruneDoneJobs(tx, before);
  });
}

/**
 * Time before which the oldest `limit` rows were made, so that one transaction deletes about that
 * many; `cutoff` if there are fewer. Both databases can do it by time; DELETE ... LIMIT one can't.
 */
async function chunkEnd(
  tx: Tx,
  fromWhere: string,
  { cutoff, limit }: { readonly cutoff: EpochMs; readonly limit: number },
): Promise<EpochMs> {
  const last = await tx.row<{ createdAt: EpochMs }>(
    `SELECT createdAt ${fromWhere} ORDER BY createdAt LIMIT 1 OFFSET ${limit - 1}`,
    [cutoff],
  );
  return last === undefined ? cutoff : last.createdAt + 1;
}
