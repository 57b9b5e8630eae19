import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Rotates the signing key when it is due. */
export const keepKeys: JobHandler<'sessions.keep-keys'> = async (jobs, { clients, options }) => {
  await clients.sessions.keepSigningKeys({}, options);
  return jobs.map(() => done);
};

/** Forgets attempts to log in of long ago. */
export const pruneAttempts: JobHandler<'sessions.prune-attempts'> = async (
  jobs,
  { clients, options },
) => {
  await inBites(
    async (limit) => (await clients.sessions.pruneLoginAttempts({ limit }, options)).pruned,
    options.signal,
  );
  return jobs.map(() => done);
};
