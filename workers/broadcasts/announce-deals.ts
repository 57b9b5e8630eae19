import { done, type JobHandler } from '../job.ts';

/**
 * Tells rooms whose deals began, sold out or ended to look again; what they find is the truth, even
 * late. And says so in their chats, once.
 */
export const announceDeals: JobHandler<'broadcasts.announce-deals'> = async (
  jobs,
  { clients, options },
) => {
  const dealIds = [...new Set(jobs.map((job) => job.payload.dealId))];
  await clients.broadcasts.announceDeals({ dealIds }, options);
  await clients.chat.announceDeals({ dealIds }, options);
  return jobs.map(() => done);
};
