import { done, type JobHandler } from '../job.ts';

/** Shows pictures that their owners wait for; the service knows whether they still do. */
export const showImages: JobHandler<'users.show-image'> = async (jobs, { clients, options }) => {
  const images = jobs.map(({ payload }) => payload);
  await clients.users.showNextImages({ images }, options);
  return jobs.map(() => done);
};
