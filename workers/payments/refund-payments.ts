import { done, type JobHandler } from '../job.ts';
import { waitPatiently } from './patience.ts';

/** Gives the money of cancelled paid orders back, for as long as it takes. */
export const refundPayments: JobHandler<'payments.refund'> = async (jobs, { clients, options }) => {
  const orderIds = jobs.map((job) => job.payload.orderId);
  const answer = await clients.payments.refundPayments({ orderIds }, options);
  const pending = new Set(answer.pendingOrderIds);
  return jobs.map(({ payload, attempts }) =>
    pending.has(payload.orderId) ? waitPatiently(attempts, 'refund not complete') : done,
  );
};
