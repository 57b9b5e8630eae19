import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Forgets what limits of pace remember of people who long said nothing. */
export const forgetSpeakers: JobHandler<'chat.forget-speakers'> = async (
  jobs,
  { clients, options },
) => {
  await inBites(
    async (limit) => (await clients.chat.forgetSpeakers({ limit }, options)).forgotten,
    options.signal,
  );
  return jobs.map(() => done);
};
