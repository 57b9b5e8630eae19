import { done, type JobHandler } from '../job.ts';

/** Tells the rooms who bought what; the service stores each order once. */
export const postPurchases: JobHandler<'chat.purchases'> = async (jobs, { clients, options }) => {
  await clients.chat.postPurchases({ purchases: jobs.map((job) => job.payload) }, options);
  return jobs.map(() => done);
};
