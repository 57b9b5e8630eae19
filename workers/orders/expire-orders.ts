import { done, type JobHandler } from '../job.ts';

/**
 * Expires orders that were not paid in time. Those that the service leaves as they are were paid,
 * cancelled, or are being paid; whoever ends that payment decides, so there is nothing to retry.
 */
export const expireOrders: JobHandler<'orders.expire'> = async (jobs, { clients, options }) => {
  await clients.orders.expireOrders({ orderIds: jobs.map((job) => job.payload.orderId) }, options);
  return jobs.map(() => done);
};
