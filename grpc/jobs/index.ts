import type { UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import {
  completeJobs,
  failJob,
  type JobFailure,
  type JobRow,
  leaseJobs,
  listDeadJobs,
} from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { enqueueTick } from './enqueue-tick.ts';
import { pruneJobs, pruneRequests } from './prune.ts';
import { retryDeadJob } from './retry-dead-job.ts';

export { createJobsService } from './service.ts';

/** What a worker asks for. */
interface LeaseQuery {
  readonly workerId: string;
  readonly kinds: readonly string[];
  readonly limit: number;
  readonly leaseMs: number;
}

/** The queue as workers and operators see it; domains enqueue in their own transactions. */
export interface Jobs {
  /** Takes due jobs, earliest first. A job whose lease runs out can be taken again. */
  lease(query: LeaseQuery): Promise<JobRow[]>;
  /** Ends those of the jobs that this worker still has. */
  complete(workerId: string, jobIds: readonly string[]): Promise<void>;
  /** Puts those that this worker still has back for later, or buries them. */
  fail(workerId: string, failures: readonly JobFailure[]): Promise<void>;
  /** @throws InvalidArgument for a kind that is not recurring */
  enqueueTick(kind: string, tickAt: EpochMs): Promise<void>;
  /** Dead jobs, newest first, and one more than asked for if there are more. */
  listDead(page: { readonly beforeId?: string; readonly limit: number }): Promise<JobRow[]>;
  /** @throws NotFound unless it is dead, RequestIdReused */
  retryDead(
    actor: UserActor,
    input: { readonly requestId: string; readonly jobId: string },
  ): Promise<JobRow>;
  /** Forgets old answers of requests, at most about `limit`; answers how many. */
  pruneRequests(limit: number): Promise<number>;
  /** Forgets old jobs that were done, at most about `limit`; answers how many. */
  pruneJobs(limit: number): Promise<number>;
}

export function createJobs(deps: DomainDeps): Jobs {
  const { db, clock } = deps;
  return {
    lease: (query) => db.transaction((tx) => leaseJobs(tx, query, clock.now())),
    complete: (workerId, jobIds) => db.transaction((tx) => completeJobs(tx, workerId, jobIds)),
    fail: (workerId, failures) =>
      db.transaction(async (tx) => {
        // In one order for everyone, so that two workers never wait for each other.
        const sorted = failures.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
        for (const failure of sorted) await failJob(tx, workerId, failure, clock.now());
      }),
    enqueueTick: (kind, tickAt) => enqueueTick(deps, kind, tickAt),
    listDead: ({ beforeId, limit }) => listDeadJobs(db.read, limit + 1, beforeId),
    retryDead: (actor, input) => retryDeadJob(deps, actor, input),
    pruneRequests: (limit) => pruneRequests(deps, limit),
    pruneJobs: (limit) => pruneJobs(deps, limit),
  };
}
