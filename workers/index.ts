import { hostname } from 'node:os';
import { systemClock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import { createObjectStore } from '../common/files/index.ts';
import { randomText } from '../common/ids.ts';
import { type JobKind, jobKinds } from '../common/jobs.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { createHandlers } from './handlers.ts';
import { type RunnerOptions, startRunner } from './runner.ts';
import { schedule, startSchedule } from './schedule.ts';

export interface WorkersDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clients: ClientPool;
}

type Pace = Pick<
  RunnerOptions,
  'kinds' | 'leaseLimit' | 'batchesPerKind' | 'deadlineMs' | 'leaseSeconds'
>;

/** Kinds whose calls wait for providers outside. */
const providerKinds: ReadonlySet<JobKind> = new Set<JobKind>([
  'payments.settle',
  'payments.refund',
  'notifications.send-mail',
  'files.erase',
  'social.tell-unlink',
  'banks.verify',
]);

/** Kinds that take memory and processors of this very process. */
const heavyKinds: ReadonlySet<JobKind> = new Set<JobKind>(['files.check']);

/**
 * Jobs are taken at three paces, each with leases as long as it needs: a lease is also how long a
 * crashed worker's jobs stay where they are.
 */
const paces: readonly Pace[] = [
  {
    kinds: jobKinds.filter((kind) => !providerKinds.has(kind) && !heavyKinds.has(kind)),
    leaseLimit: 500,
    batchesPerKind: 2,
    deadlineMs: 10_000,
    leaseSeconds: 20,
  },
  {
    kinds: jobKinds.filter((kind) => providerKinds.has(kind)),
    leaseLimit: 100,
    batchesPerKind: 4,
    deadlineMs: 50_000,
    leaseSeconds: 60,
  },
  {
    kinds: [...heavyKinds],
    leaseLimit: 4,
    batchesPerKind: 1,
    deadlineMs: 10_000,
    leaseSeconds: 90,
  },
];

/** Handles jobs and strikes the schedule's ticks. Any number of processes may do so side by side. */
export async function startWorkers({ config, log, clients }: WorkersDeps): Promise<Part> {
  const workerId = `${hostname()
    .replace(/[^\w.-]/g, '')
    .slice(0, 30)}-${process.pid}-${randomText(6)}`;
  const pollMs = config.JOB_POLL_MS;
  const objects = createObjectStore(config, systemClock);
  const handlers = createHandlers(objects);
  const runners = paces.map((pace) =>
    startRunner({ ...pace, workerId, handlers, clients, log, pollMs }),
  );
  const ticks = startSchedule(schedule, { clients, log });
  log.info({ workerId }, 'workers are ready');
  return {
    name: 'workers',
    address: '',
    async drain() {
      await Promise.all([ticks.stop(), ...runners.map((runner) => runner.drain())]);
    },
    async stop() {
      await Promise.all([ticks.stop(), ...runners.map((runner) => runner.stop())]);
      objects.close();
    },
  };
}
