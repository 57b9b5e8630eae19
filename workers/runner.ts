import type { Actor } from '../common/auth/index.ts';
import { newId } from '../common/ids.ts';
import { isJobKind, type JobKind } from '../common/jobs.ts';
import type { Logger } from '../common/logger.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import type { Job as LeasedJob } from '../proto/gen/onair/jobs/v1/jobs.ts';
import { handleJobs } from './handle-jobs.ts';
import type { JobHandlers } from './job.ts';
import { backOffMs, pause } from './pause.ts';
import { report } from './report.ts';

/** On whose behalf workers call. */
export const workersActor: Actor = { kind: 'service', name: 'workers' };

/** Which jobs a runner takes, and how it takes them. */
export interface RunnerOptions {
  /** Unique over all processes; up to 60 visible ASCII characters. */
  readonly workerId: string;
  readonly handlers: JobHandlers;
  readonly clients: ClientPool;
  readonly log: Logger;
  readonly kinds: readonly JobKind[];
  /** Milliseconds between two looks at a queue that is not full. */
  readonly pollMs: number;
  /** Jobs taken at once. */
  readonly leaseLimit: number;
  /** Batches of one kind under way at once. */
  readonly batchesPerKind: number;
  /**
   * Deadline of each call of a handler, in milliseconds. A lease is never renewed, so it must be
   * longer than this by as much as reporting takes; a batch that outlives it may be run twice,
   * which handlers allow.
   */
  readonly deadlineMs: number;
  readonly leaseSeconds: number;
}

/** Jobs being taken and handled. */
export interface Runner {
  /** Takes no more jobs and resolves when those under way are handled and reported. */
  drain(): Promise<void>;
  /** Aborts what is under way; its jobs come again when their leases are over. */
  stop(): Promise<void>;
}

/**
 * Takes due jobs and hands those of a kind to its handler as one list. Asks only for kinds that
 * have room, and every job that was taken is started at once: a slow kind fills its own batches
 * and holds up no other. While the services are away it comes back ever more seldom, up to 5 s.
 */
export function startRunner(options: RunnerOptions): Runner {
  const { workerId, clients, kinds, log, leaseLimit, leaseSeconds, pollMs } = options;
  const draining = new AbortController();
  const aborting = new AbortController();
  const underWay = new Map<JobKind, Set<Promise<void>>>(kinds.map((kind) => [kind, new Set()]));
  const queue = clients.as({ actor: workersActor }).jobs;

  const hasRoom = (kind: JobKind) => batchesOf(kind).size < options.batchesPerKind;

  function batchesOf(kind: JobKind): Set<Promise<void>> {
    const batches = underWay.get(kind);
    if (batches === undefined) throw new Error(`leased a job of kind ${kind} without asking`);
    return batches;
  }

  function start(kind: JobKind, jobs: readonly LeasedJob[]): void {
    const batches = batchesOf(kind);
    const batch = runBatch(options, kind, jobs, aborting.signal).finally(() => {
      batches.delete(batch);
    });
    batches.add(batch);
  }

  async function takeJobs(free: readonly JobKind[]): Promise<number> {
    const request = { workerId, kinds: [...free], limit: leaseLimit, leaseSeconds };
    const { jobs } = await queue.leaseJobs(request, { signal: aborting.signal });
    for (const [kind, ofKind] of Map.groupBy(jobs, (job) => job.kind)) {
      if (!isJobKind(kind)) throw new Error(`the queue gave a job of kind ${kind}`);
      start(kind, ofKind);
    }
    return jobs.length;
  }

  async function loop(): Promise<void> {
    let failures = 0;
    while (!draining.signal.aborted) {
      const free = kinds.filter(hasRoom);
      if (free.length === 0) {
        await Promise.race(kinds.flatMap((kind) => [...batchesOf(kind)]));
        continue;
      }
      try {
        const taken = await takeJobs(free);
        if (failures > 0) log.info({ failures }, 'jobs can be taken again');
        failures = 0;
        if (taken < leaseLimit) await pause(pollMs, draining.signal);
      } catch (error) {
        if (aborting.signal.aborted) return;
        failures += 1;
        if (failures === 1) log.warn({ err: error }, 'no jobs can be taken');
        await pause(backOffMs(failures, pollMs), draining.signal);
      }
    }
  }

  const looping = loop();

  async function drain(): Promise<void> {
    draining.abort();
    await looping;
    await Promise.all(kinds.flatMap((kind) => [...batchesOf(kind)]));
  }

  return {
    drain,
    stop() {
      aborting.abort();
      return drain();
    },
  };
}

/** Handles one batch under a request id of its own and reports it. Never throws. */
async function runBatch(
  options: RunnerOptions,
  kind: JobKind,
  jobs: readonly LeasedJob[],
  signal: AbortSignal,
): Promise<void> {
  const { workerId, handlers, deadlineMs } = options;
  const requestId = newId('req');
  const log = options.log.child({ requestId, kind });
  const clients = options.clients.as({ actor: workersActor, requestId });
  const startedAt = performance.now();
  const context = { clients, log, options: { deadline: deadlineMs, signal } };
  const results = await handleKind(handlers, kind, jobs, context);
  if (signal.aborted) return;
  await report({ clients, workerId, log, signal }, results);
  const open = [...results].filter(([, result]) => result.kind !== 'done');
  const facts = { jobs: jobs.length, open: open.length, ms: performance.now() - startedAt };
  log.debug(facts, 'jobs handled');
}

/** Picks the handler; generic, so that handler and jobs are known to be of one kind. */
function handleKind<Kind extends JobKind>(
  handlers: JobHandlers,
  kind: Kind,
  jobs: readonly LeasedJob[],
  context: Parameters<typeof handleJobs>[3],
) {
  return handleJobs(kind, handlers[kind], jobs, context);
}
