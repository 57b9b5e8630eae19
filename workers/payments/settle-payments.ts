import { done, type JobHandler } from '../job.ts';
import { waitPatiently } from './patience.ts';

/** Finds out what became of payments whose outcome is not known, for as long as it takes. */
export const settlePayments: JobHandler<'payments.settle'> = async (jobs, { clients, options }) => {
  const paymentIds = jobs.map((job) => job.payload.paymentId);
  const answer = await clients.payments.settlePayments({ paymentIds }, options);
  const unsettled = new Set(answer.unsettledPaymentIds);
  return jobs.map(({ payload, attempts }) =>
    unsettled.has(payload.paymentId) ? waitPatiently(attempts, 'outcome still unknown') : done,
  );
};
