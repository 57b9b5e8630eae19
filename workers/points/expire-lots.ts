import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/** Takes away points past their expiry. Ticks that piled up are one piece of work. */
export const expireLots: JobHandler<'points.expire-lots'> = async (jobs, { clients, options }) => {
  await inBites(
    async (limit) => (await clients.points.expireLots({ limit }, options)).expired,
    options.signal,
  );
  return jobs.map(() => done);
};
