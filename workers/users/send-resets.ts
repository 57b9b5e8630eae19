import { done, type JobHandler } from '../job.ts';

/** Makes and mails links that reset passwords; the service makes one for each job. */
export const sendResets: JobHandler<'users.send-reset'> = async (jobs, { clients, options }) => {
  const resets = jobs.map(({ id, payload }) => ({ jobId: id, sealedEmail: payload.sealedEmail }));
  await clients.users.sendPasswordResets({ resets }, options);
  return jobs.map(() => done);
};
