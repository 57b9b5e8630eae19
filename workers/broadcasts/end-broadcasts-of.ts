import { done, type JobHandler } from '../job.ts';

/** Ends what is on air of accounts that were suspended, or are sellers no more. */
export const endBroadcastsOf: JobHandler<'broadcasts.end-of'> = async (
  jobs,
  { clients, options },
) => {
  const sellerIds = [...new Set(jobs.map((job) => job.payload.sellerId))];
  await clients.broadcasts.endBroadcastsOf({ sellerIds }, options);
  return jobs.map(() => done);
};
