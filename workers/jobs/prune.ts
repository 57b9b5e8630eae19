import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Forgets answers of requests that nobody repeats any more. */
export const pruneRequests: JobHandler<'requests.prune'> = async (jobs, { clients, options }) => {
  await inBites(
    async (limit) => (await clients.jobs.pruneRequests({ limit }, options)).pruned,
    options.signal,
  );
  return jobs.map(() => done);
};

/** Forgets jobs that were done long ago. */
export const pruneJobs: JobHandler<'jobs.prune'> = async (jobs, { clients, options }) => {
  await inBites(
    async (limit) => (await clients.jobs.pruneJobs({ limit }, options)).pruned,
    options.signal,
  );
  return jobs.map(() => done);
};
