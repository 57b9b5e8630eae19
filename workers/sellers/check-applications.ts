import { done, type JobHandler } from '../job.ts';
import { waitPatiently } from '../payments/patience.ts';

/** Asks the Tax Service about applications, for as long as it takes. */
export const checkApplications: JobHandler<'sellers.check'> = async (
  jobs,
  { clients, options },
) => {
  const applicationIds = jobs.map((job) => job.payload.applicationId);
  const answer = await clients.sellers.checkApplications({ applicationIds }, options);
  const pending = new Set(answer.pendingApplicationIds);
  return jobs.map(({ payload, attempts }) =>
    pending.has(payload.applicationId)
      ? waitPatiently(attempts, 'no answer of the Tax Service')
      : done,
  );
};
