import { inBites } from '../in-bites.ts';
import { done, type JobHandler } from '../job.ts';

/**
 * Removes messages that are kept no longer, in one sweep over all chats as far as the time goes;
 * the next tick begins anew, and what is removed is not met again. Ticks that piled up are one.
 */
export const pruneMessages: JobHandler<'chat.prune'> = async (jobs, { clients, options }) => {
  let after = '';
  await inBites(async (limit) => {
    const bite = await clients.chat.pruneMessages({ limit, after }, options);
    after = bite.after;
    return bite.done ? 0 : limit;
  }, options.signal);
  return jobs.map(() => done);
};
