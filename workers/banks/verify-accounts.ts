import { done, type JobHandler } from '../job.ts';
import { waitPatiently } from '../payments/patience.ts';

/** Asks banks about accounts, for as long as it takes. */
export const verifyAccounts: JobHandler<'banks.verify'> = async (jobs, { clients, options }) => {
  const userIds = [...new Set(jobs.map(({ payload }) => payload.userId))];
  const { pendingUserIds } = await clients.banks.verifyBankAccounts({ userIds }, options);
  const pending = new Set(pendingUserIds);
  return jobs.map(({ payload, attempts }) =>
    pending.has(payload.userId) ? waitPatiently(attempts, 'no answer of the bank') : done,
  );
};
