import { z } from 'zod';
import { jsonText, textOrNull, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams, pageOf, pageQuery } from './schemas.ts';

const job = z
  .object({
    id: z.string(),
    kind: z.string().describe('What to do, e.g. `orders.expire`.'),
    payload: jsonText.describe('What to do it with; its shape belongs to the kind.'),
    attempts: count,
    maxAttempts: count,
    runAt: timestamp.describe('When it may run.'),
    lastError: textOrNull.describe('Why the last attempt failed.'),
  })
  .meta({ id: 'Job', description: 'Work that follows from a change.' });

export const jobsSpec = endpoints({
  listDeadJobs: {
    method: 'GET',
    path: '/v1/dead-jobs',
    summary: 'List jobs that failed for good, newest first',
    action: 'jobs.listDeadJobs',
    idempotency: 'none',
    query: z.strictObject(pageQuery),
    success: { status: 200, description: 'One page.', body: pageOf(job).meta({ id: 'JobPage' }) },
    refusals: [],
  },
  retryDeadJob: {
    method: 'POST',
    path: '/v1/dead-jobs/{jobId}/retry',
    summary: 'Give a dead job another round of attempts',
    action: 'jobs.retryDeadJob',
    idempotency: 'optional',
    params: idParams({ jobId: 'job' }),
    success: { status: 200, description: 'The job, due again.', body: job },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
});
