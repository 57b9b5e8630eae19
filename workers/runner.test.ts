import { pino } from 'pino';
import { systemClock } from '../common/clock.ts';
import { loadConfig } from '../common/config.ts';
import { createObjectStore } from '../common/files/index.ts';
import { newId } from '../common/ids.ts';
import { type JobKind, jobOf } from '../common/jobs.ts';
import { silentLogger } from '../common/logger.ts';
import { type Services, startServices } from '../test/kit/services.ts';
import { makeTempDir } from '../test/kit/temp-dir.ts';
import { until } from '../test/kit/until.ts';
import { createHandlers } from './handlers.ts';
import { done, type Job, type JobHandler, type JobHandlers } from './job.ts';
import { type Runner, type RunnerOptions, startRunner } from './runner.ts';

const config = loadConfig({ ONAIR_ENV: 'test', DATA_DIR: makeTempDir('runner') });
const handlers = createHandlers(createObjectStore(config, systemClock));
const kinds: JobKind[] = ['orders.expire', 'payments.settle'];

/** A promise and the function that resolves it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

describe('startRunner', () => {
  let services: Services;
  let runners: Runner[];
  let names = 0;

  beforeEach(async () => {
    services = await startServices();
    runners = [];
  });

  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await services.stop();
  });

  function run(mine: Partial<JobHandlers>, options: Partial<RunnerOptions> = {}): Runner {
    names += 1;
    const runner = startRunner({
      workerId: `test-${names}`,
      handlers: { ...handlers, ...mine },
      clients: services.clients,
      log: silentLogger(),
      kinds,
      pollMs: 20,
      leaseLimit: 100,
      batchesPerKind: 2,
      deadlineMs: 5_000,
      leaseSeconds: 30,
      ...options,
    });
    runners.push(runner);
    return runner;
  }

  const expiries = (count: number) =>
    Array.from({ length: count }, () =>
      jobOf('orders.expire', { orderId: newId('ord') }, Date.now()),
    );
  const settlement = () => jobOf('payments.settle', { paymentId: newId('pay') }, Date.now());
  const isEmpty = async () => (await services.jobs()).length === 0;

  it('hands over lists and completes what was done', async () => {
    const seen: Job<'orders.expire'>[] = [];
    const lists: number[] = [];
    await services.enqueue(...expiries(250));
    run({
      'orders.expire': async (jobs) => {
        lists.push(jobs.length);
        seen.push(...jobs);
        return jobs.map(() => done);
      },
    });
    await until('the queue is empty', isEmpty);
    expect(seen).toHaveLength(250);
    expect(new Set(seen.map(({ payload }) => payload.orderId)).size).toBe(250);
    expect(lists).toEqual([100, 100, 50]);
  });

  it('hands each job to one of several runners', async () => {
    const seen: string[] = [];
    await services.enqueue(...expiries(200));
    const handler: JobHandler<'orders.expire'> = async (jobs) => {
      seen.push(...jobs.map(({ id }) => id));
      return jobs.map(() => done);
    };
    for (let i = 0; i < 4; i += 1) run({ 'orders.expire': handler }, { leaseLimit: 10 });
    await until('the queue is empty', isEmpty);
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  });

  it('puts a job back that is to be retried, and buries one that failed or that it can not read', async () => {
    await services.enqueue(...expiries(2), { kind: 'orders.expire', payload: {}, runAt: 0 });
    const startedAt = Date.now();
    run({
      'orders.expire': async (jobs) =>
        jobs.map((_job, i) =>
          i === 0
            ? { kind: 'retry', reason: 'not yet', afterSeconds: 3_600 }
            : { kind: 'failed', reason: 'never' },
        ),
    });
    const settled = await until('all were reported', async () => {
      const jobs = await services.jobs();
      return jobs.every((job) => job.lastError !== null) && jobs;
    });
    expect(settled.map(({ state, lastError }) => `${state}: ${lastError}`).sort()).toEqual([
      'dead: never',
      expect.stringMatching(/^dead: unreadable payload: orderId: /),
      'live: not yet',
    ]);
    const waiting = settled.find(({ state }) => state === 'live');
    expect(waiting?.availableAt).toBeGreaterThanOrEqual(startedAt + 3_600_000);
  });

  it('tries a job again whose handler threw', async () => {
    await services.enqueue(...expiries(1));
    const attempts: number[] = [];
    run({
      'orders.expire': async (jobs) => {
        attempts.push(...jobs.map((job) => job.attempts));
        if (attempts.length === 1) throw new Error('a defect');
        return jobs.map(() => done);
      },
    });
    await until('the queue is empty', isEmpty);
    expect(attempts).toEqual([1, 2]);
  });

  it('goes on with other kinds while one is slow, and takes no more of the slow one than fit', async () => {
    const slow = gate();
    let slowBatches = 0;
    let quick = 0;
    await services.enqueue(...expiries(5));
    run(
      {
        'orders.expire': async (jobs) => {
          slowBatches += 1;
          await slow.passed;
          return jobs.map(() => done);
        },
        'payments.settle': async (jobs) => {
          quick += jobs.length;
          return jobs.map(() => done);
        },
      },
      { leaseLimit: 1 },
    );
    await until('the slow kind is full', () => slowBatches === 2);
    for (let i = 1; i <= 5; i += 1) {
      await services.enqueue(settlement());
      await until('the quick kind went on', () => quick === i);
    }
    expect(slowBatches).toBe(2);
    const waiting = (await services.jobs()).filter((job) => job.leaseOwner === null);
    expect(waiting.map(({ kind }) => kind)).toEqual(Array(3).fill('orders.expire'));
    slow.open();
    await until('the queue is empty', isEmpty);
    expect(slowBatches).toBe(5);
  });

  it('goes on by itself when the services were away', async () => {
    const warnings: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
    let handled = 0;
    services.goDown();
    run(
      {
        'orders.expire': async (jobs) => {
          handled += jobs.length;
          return jobs.map(() => done);
        },
      },
      { log },
    );
    await until('it noticed', () => warnings.length > 0);
    await services.enqueue(...expiries(3));
    await services.comeUp();
    await until('the queue is empty', isEmpty);
    expect(handled).toBe(3);
    expect(warnings).toHaveLength(1);
  });

  it('drains: finishes and reports what is under way, and takes no more', async () => {
    const slow = gate();
    const began = gate();
    await services.enqueue(...expiries(1));
    // Its next look at the queue is far away, so that none is on its way when draining begins.
    const runner = run(
      {
        'orders.expire': async (jobs) => {
          began.open();
          await slow.passed;
          return jobs.map(() => done);
        },
      },
      { pollMs: 3_600_000 },
    );
    await began.passed;
    const draining = runner.drain();
    await services.enqueue(...expiries(1));
    slow.open();
    await draining;
    const left = await services.jobs();
    expect(left.map(({ state, attempts }) => [state, attempts])).toEqual([['live', 0]]);
  });

  it('stops at once, and its jobs come to another runner when their lease is over', async () => {
    const began = gate();
    await services.enqueue(...expiries(1));
    const hanging: JobHandler<'orders.expire'> = (_jobs, { options }) => {
      began.open();
      return new Promise((_resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    };
    const first = run({ 'orders.expire': hanging }, { leaseSeconds: 1 });
    await began.passed;
    await first.stop();
    const [job] = await services.jobs();
    expect(job).toMatchObject({ state: 'live', attempts: 1, lastError: null });
    run({ 'orders.expire': async (jobs) => jobs.map(() => done) });
    await until('the queue is empty', isEmpty);
  });
});
