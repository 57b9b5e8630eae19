import type { EpochMs } from '../../common/clock.ts';
import { InvalidArgument } from '../../common/errors/index.ts';
import { isTickKind, jobOf } from '../../common/jobs.ts';
import { enqueueJobs } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';

/**
 * Enqueues one tick of a recurring job, due now. The kind and the tick's own time are its dedupe
 * key, so the same tick from any number of workers is one job.
 * @throws InvalidArgument for a kind that is not recurring
 */
export async function enqueueTick(
  { db, clock }: DomainDeps,
  kind: string,
  tickAt: EpochMs,
): Promise<void> {
  if (!isTickKind(kind)) throw new InvalidArgument(`kind: ${kind} has no ticks`);
  const tick = new Date(tickAt).toISOString();
  const now = clock.now();
  const job = jobOf(kind, { tick }, now, `${kind}@${tick}`);
  await db.transaction((tx) => enqueueJobs(tx, [job], now));
}
