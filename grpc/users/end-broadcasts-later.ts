import type { EpochMs } from '../../common/clock.ts';
import { jobOf } from '../../common/jobs.ts';
import { insertJobs, type Tx } from '../db/index.ts';

/** Has what a seller has on air ended, once the transaction that takes the right is committed. */
export async function endBroadcastsLater(tx: Tx, sellerId: string, now: EpochMs): Promise<void> {
  await insertJobs(tx, [jobOf('broadcasts.end-of', { sellerId }, now)], now);
}
