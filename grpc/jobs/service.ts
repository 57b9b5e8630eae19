import { requireUser } from '../../common/auth/index.ts';
import type { Job, JobsServiceImplementation } from '../../proto/gen/onair/jobs/v1/jobs.ts';
import type { JobRow } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import type { Jobs } from './index.ts';
import {
  completeJobsSchema,
  enqueueTickSchema,
  failJobsSchema,
  leaseJobsSchema,
  listDeadJobsSchema,
  pruneSchema,
  retryDeadJobSchema,
} from './requests.ts';

/** JobsService over the queue. */
export function createJobsService(jobs: Jobs): JobsServiceImplementation<CallExt> {
  return {
    async leaseJobs(request) {
      const { leaseSeconds, ...query } = leaseJobsSchema.parse(request);
      const leased = await jobs.lease({ ...query, leaseMs: leaseSeconds * 1000 });
      return { jobs: leased.map(toProtoJob) };
    },
    async completeJobs(request) {
      const { workerId, jobIds } = completeJobsSchema.parse(request);
      await jobs.complete(workerId, jobIds);
      return {};
    },
    async failJobs(request) {
      const { workerId, failures } = failJobsSchema.parse(request);
      await jobs.fail(
        workerId,
        failures.map(({ jobId, error, retryAfterSeconds, final }) => ({
          jobId,
          error,
          final,
          ...(retryAfterSeconds === 0 ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
        })),
      );
      return {};
    },
    async enqueueTick(request) {
      const { kind, tick } = enqueueTickSchema.parse(request);
      await jobs.enqueueTick(kind, tick);
      return {};
    },
    async listDeadJobs(request) {
      const { pageSize, pageToken } = listDeadJobsSchema.parse(request);
      const beforeId = decodePageToken(pageToken);
      const dead = await jobs.listDead({ beforeId, limit: pageSize });
      const { rows, nextPageToken } = toPage(dead, pageSize);
      return { jobs: rows.map(toProtoJob), nextPageToken };
    },
    async retryDeadJob(request, { actor }) {
      const input = retryDeadJobSchema.parse(request);
      return toProtoJob(await jobs.retryDead(requireUser(actor), input));
    },
    async pruneRequests(request) {
      return { pruned: await jobs.pruneRequests(pruneSchema.parse(request).limit) };
    },
    async pruneJobs(request) {
      return { pruned: await jobs.pruneJobs(pruneSchema.parse(request).limit) };
    },
  };
}

function toProtoJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payloadJson: row.payload,
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    runAt: new Date(row.availableAt),
    lastError: row.lastError ?? '',
  };
}
