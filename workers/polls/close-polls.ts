import { done, type JobHandler } from '../job.ts';

/** Closes polls whose time is up; one whose clock says otherwise is looked at again. */
export const expirePolls: JobHandler<'polls.expire'> = async (jobs, { clients, options }) => {
  const pollIds = jobs.map((job) => job.payload.pollId);
  const { pendingPollIds } = await clients.polls.expirePolls({ pollIds }, options);
  const pending = new Set(pendingPollIds);
  return jobs.map(({ payload }) =>
    pending.has(payload.pollId)
      ? { kind: 'retry', reason: 'its time is not up', afterSeconds: 1 }
      : done,
  );
};

/** Closes what is still open of broadcasts that have ended. */
export const endPolls: JobHandler<'polls.end'> = async (jobs, { clients, options }) => {
  const broadcastIds = [...new Set(jobs.map((job) => job.payload.broadcastId))];
  await clients.polls.endPolls({ broadcastIds }, options);
  return jobs.map(() => done);
};
