import type { UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { type JobRow, once, reviveJob } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';

/**
 * Gives a dead job another round of attempts, from now on; answers it as it was then.
 * @throws NotFound unless it is dead, RequestIdReused
 */
export function retryDeadJob(
  { db, clock }: DomainDeps,
  actor: UserActor,
  { requestId, jobId }: { readonly requestId: string; readonly jobId: string },
): Promise<JobRow> {
  const key = { action: 'jobs.retryDeadJob', by: actor.userId, requestId, input: { jobId } };
  const now = clock.now();
  return db.transaction((tx) =>
    once(tx, key, now, async () => {
      const job = await reviveJob(tx, jobId, now);
      if (job === undefined) throw new NotFound('dead job', jobId);
      return job;
    }),
  );
}
