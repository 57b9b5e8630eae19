import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Forgets who read personal data long ago. */
export const pruneReads: JobHandler<'privacy.prune-reads'> = async (jobs, { clients, options }) => {
  await inBites(
    async (limit) => (await clients.privacy.prunePersonalDataReads({ limit }, options)).pruned,
    options.signal,
  );
  return jobs.map(() => done);
};
