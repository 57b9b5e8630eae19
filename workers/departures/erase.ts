import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Seconds until the next bite of someone of whom much is left. */
const nextBiteSeconds = 1;

/** Erases what is left of people who left, bite by bite. */
export const eraseRest: JobHandler<'departures.erase-rest'> = async (
  jobs,
  { clients, options },
) => {
  const userIds = [...new Set(jobs.map(({ payload }) => payload.userId))];
  const { unfinishedUserIds } = await clients.departures.eraseRest({ userIds }, options);
  const unfinished = new Set(unfinishedUserIds);
  return jobs.map(({ payload }) =>
    unfinished.has(payload.userId)
      ? { kind: 'retry', reason: 'there is more', afterSeconds: nextBiteSeconds }
      : done,
  );
};

/** Erases what law wanted kept of people who left, where it wants that no more. */
export const eraseRetained: JobHandler<'departures.erase-retained'> = async (
  jobs,
  { clients, options },
) => {
  await inBites(
    async (limit) => (await clients.departures.eraseRetained({ limit }, options)).erased,
    options.signal,
  );
  return jobs.map(() => done);
};
