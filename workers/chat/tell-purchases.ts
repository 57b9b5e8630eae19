import { done, type JobHandler } from '../job.ts';

/** Tells rooms of the purchases of a window that is over. */
export const tellPurchases: JobHandler<'chat.tell-purchases'> = async (
  jobs,
  { clients, options },
) => {
  const broadcastIds = jobs.map((job) => job.payload.broadcastId);
  await clients.chat.tellPurchases({ broadcastIds }, options);
  return jobs.map(() => done);
};
