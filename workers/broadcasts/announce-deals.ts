import { done, type JobHandler } from '../job.ts';

/** Tells the rooms that deals began or ended; the service says only what is so when it is asked. */
export const announceDeals: JobHandler<'broadcasts.announce-deals'> = async (
  jobs,
  { clients, options },
) => {
  const dealIds = [...new Set(jobs.map((job) => job.payload.dealId))];
  await clients.broadcasts.announceDeals({ dealIds }, options);
  return jobs.map(() => done);
};
