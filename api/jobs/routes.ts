import type { Job } from '../../proto/gen/onair/jobs/v1/jobs.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { jobsSpec } from '../spec/jobs.ts';

/** Jobs that failed for good, for operators. */
export const jobsRoutes = routes(jobsSpec, {
  async listDeadJobs({ query }, { clients }) {
    const { jobs, nextPageToken } = await clients.jobs.listDeadJobs(query);
    return page(jobs.map(withPayload), nextPageToken);
  },

  async retryDeadJob({ params }, { clients, idempotencyKey }) {
    return withPayload(await clients.jobs.retryDeadJob({ ...params, requestId: idempotencyKey }));
  },
});

function withPayload(job: Job) {
  return { ...job, payload: job.payloadJson };
}
