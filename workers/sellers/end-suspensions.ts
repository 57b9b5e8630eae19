import { done, type JobHandler } from '../job.ts';

/** Ends suspensions of sellers whose time is up. */
export const endSuspensions: JobHandler<'sellers.end-suspension'> = async (
  jobs,
  { clients, options },
) => {
  const applicationIds = jobs.map((job) => job.payload.applicationId);
  await clients.sellers.endSuspensions({ applicationIds }, options);
  return jobs.map(() => done);
};
