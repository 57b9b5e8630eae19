import type { Actor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { type JobKind, type JobPayloads, jobOf } from '../../common/jobs.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { type Job, JobsServiceDefinition } from '../../proto/gen/onair/jobs/v1/jobs.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { testVault } from '../../test/kit/vault.ts';
import { dbSchema } from '../db/db-schema.ts';
import { type Database, enqueueJobs, once } from '../db/index.ts';
import { createJobs, createJobsService } from './index.ts';

const workers: Actor = { kind: 'service', name: 'workers' };
const admin: Actor = {
  kind: 'user',
  userId: newId('usr'),
  sessionId: newId('ses'),
  name: '운영자',
  roles: ['admin'],
};
const dayMs = 86_400_000;

describeOnBothDatabases(
  'JobsService',
  (open) => {
    let nowMs = Date.UTC(2026, 0, 1);
    const clock = { now: () => nowMs };
    const pulse = createLocalPulse();
    let db: Database;
    let served: ServedRpc;
    let jobs: Clients['jobs'];

    beforeEach(async () => {
      db = await open();
      const config = loadConfig({ ONAIR_ENV: 'test' });
      const service = createJobsService(
        createJobs({ config, db, clock, log: silentLogger(), vault: testVault, pulse }),
      );
      served = await serveRpc((server) => server.add(JobsServiceDefinition, service));
      jobs = served.as(workers).jobs;
    });

    afterEach(() => served.stop());

    function enqueue<Kind extends JobKind>(
      kind: Kind,
      payload: JobPayloads[Kind],
      more: { maxAttempts?: number; runAt?: number; dedupeKey?: string } = {},
    ): Promise<void> {
      const job = { ...jobOf(kind, payload, nowMs), ...more };
      return db.transaction((tx) => enqueueJobs(tx, [job], nowMs));
    }

    const enqueueExpiry = (more: Parameters<typeof enqueue>[2] = {}) =>
      enqueue('orders.expire', { orderId: newId('ord') }, more);

    async function lease(workerId = 'w1', more: { kinds?: JobKind[]; limit?: number } = {}) {
      const query = { kinds: ['orders.expire'], limit: 100, leaseSeconds: 30, ...more };
      return (await jobs.leaseJobs({ workerId, ...query })).jobs;
    }

    async function leaseOne(workerId?: string): Promise<Job> {
      const [job] = await lease(workerId);
      if (job === undefined) throw new Error('no job is due');
      return job;
    }

    async function die(error = 'broken'): Promise<string> {
      const { id } = await leaseOne();
      await jobs.failJobs({ workerId: 'w1', failures: [{ jobId: id, error, final: true }] });
      return id;
    }

    const dead = () => served.as(admin).jobs.listDeadJobs({});

    it('leases due jobs of the kinds asked for, earliest first, and no more than asked for', async () => {
      const orderIds = [1, 2, 3, 4].map(() => newId('ord'));
      const [third, first, second, later] = orderIds;
      for (const [orderId = '', dueIn] of [
        [third, -1],
        [first, -3],
        [second, -2],
        [later, 1],
      ] as const) {
        await enqueue('orders.expire', { orderId }, { runAt: nowMs + dueIn });
      }
      await enqueue('broadcasts.announce-deals', { dealId: newId('dea') });
      const take = async (limit: number) =>
        (await lease('w1', { limit })).map(({ payloadJson }) => JSON.parse(payloadJson).orderId);
      expect(await take(2)).toEqual([first, second]);
      expect(await take(10)).toEqual([third]);
      nowMs += 1;
      expect(await take(10)).toEqual([later]);
      expect(await lease('w1', { kinds: ['broadcasts.announce-deals'] })).toHaveLength(1);
    });

    it('gives each of 60 jobs to one of 6 workers that ask at once', async () => {
      for (let i = 0; i < 60; i += 1) await enqueueExpiry();
      const names = ['a', 'b', 'c', 'd', 'e', 'f'];
      const taken: string[] = [];
      while (taken.length < 60) {
        const leases = await Promise.all(names.map((name) => lease(name, { limit: 7 })));
        taken.push(...leases.flat().map(({ id }) => id));
      }
      expect(new Set(taken).size).toBe(60);
      expect(taken).toHaveLength(60);
    });

    it('gives a job to another worker when its lease is over, and then leaves it to that one', async () => {
      await enqueueExpiry();
      const first = await leaseOne('w1');
      expect(await lease('w2')).toEqual([]);
      nowMs += 30_000;
      const second = await leaseOne('w2');
      expect([second.id, second.attempts]).toEqual([first.id, 2]);
      await jobs.completeJobs({ workerId: 'w1', jobIds: [first.id] });
      await jobs.failJobs({ workerId: 'w1', failures: [{ jobId: first.id, error: 'late' }] });
      nowMs += 30_000;
      expect(await leaseOne('w3')).toMatchObject({ id: first.id, attempts: 3, lastError: '' });
    });

    it('never gives a job that was completed again', async () => {
      await enqueueExpiry();
      const { id } = await leaseOne();
      await jobs.completeJobs({ workerId: 'w1', jobIds: [id] });
      nowMs += dayMs;
      expect(await lease()).toEqual([]);
    });

    it('gives a failed job again after the time asked for, with the error', async () => {
      await enqueueExpiry();
      const { id } = await leaseOne();
      const failure = { jobId: id, error: '제공자가 답이 없음', retryAfterSeconds: 5 };
      await jobs.failJobs({ workerId: 'w1', failures: [failure] });
      nowMs += 4_999;
      expect(await lease()).toEqual([]);
      nowMs += 1;
      expect(await leaseOne()).toMatchObject({ id, attempts: 2, lastError: failure.error });
    });

    it('buries a job after its last attempt, and at once when the failure is final', async () => {
      await enqueueExpiry({ maxAttempts: 1 });
      const { id } = await leaseOne();
      await jobs.failJobs({ workerId: 'w1', failures: [{ jobId: id, error: 'x'.repeat(5_000) }] });
      await enqueueExpiry({ maxAttempts: 100 });
      const second = await die('unreadable');
      expect((await dead()).jobs.map((job) => [job.id, job.lastError])).toEqual([
        [second, 'unreadable'],
        [id, 'x'.repeat(2_000)],
      ]);
      nowMs += dayMs;
      expect(await lease()).toEqual([]);
    });

    it('makes one job of a tick that many workers enqueue at once, also after it was done', async () => {
      const kind = 'points.expire-lots';
      const tick = new Date(nowMs);
      await Promise.all(Array.from({ length: 10 }, () => jobs.enqueueTick({ kind, tick })));
      const leased = await lease('w1', { kinds: [kind] });
      expect(leased.map(({ payloadJson }) => JSON.parse(payloadJson))).toEqual([
        { tick: tick.toISOString() },
      ]);
      await jobs.completeJobs({ workerId: 'w1', jobIds: leased.map(({ id }) => id) });
      await jobs.enqueueTick({ kind, tick });
      expect(await lease('w1', { kinds: [kind] })).toEqual([]);
      await jobs.enqueueTick({ kind, tick: new Date(nowMs + 60_000) });
      expect(await lease('w1', { kinds: [kind] })).toHaveLength(1);
    });

    it('refuses ticks of kinds that do not recur', async () => {
      for (const kind of ['orders.expire', 'no.such-kind', 'A B']) {
        await expect(jobs.enqueueTick({ kind, tick: new Date(nowMs) })).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
      }
    });

    it('lists dead jobs newest first, in pages', async () => {
      const ids: string[] = [];
      for (let i = 0; i < 5; i += 1) {
        await enqueueExpiry();
        ids.push(await die());
      }
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await served.as(admin).jobs.listDeadJobs({ pageSize: 2, pageToken });
        seen.push(...page.jobs.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(seen).toEqual(ids.toSorted().toReversed());
    });

    it('gives a dead job another round of attempts, once for a request id', async () => {
      await enqueueExpiry({ maxAttempts: 3 });
      const jobId = await die();
      const { retryDeadJob } = served.as(admin).jobs;
      const revived = await retryDeadJob({ requestId: 'r1', jobId });
      expect(revived).toMatchObject({ id: jobId, attempts: 0, maxAttempts: 3 });
      expect(await die()).toBe(jobId);
      // The same request again is answered as before, and does not revive the job a second time.
      expect(await retryDeadJob({ requestId: 'r1', jobId })).toEqual(revived);
      expect((await dead()).jobs).toHaveLength(1);
      await expect(retryDeadJob({ requestId: 'r1', jobId: newId('job') })).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
      });
    });

    it('finds no dead job where there is none, or where it lives', async () => {
      const { retryDeadJob } = served.as(admin).jobs;
      await enqueueExpiry();
      const { id } = await leaseOne();
      for (const jobId of [newId('job'), id]) {
        await expect(retryDeadJob({ requestId: newId('req'), jobId })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
      }
    });

    it('is closed to people, and its dead jobs to all but admins', async () => {
      await expect(
        served.as(admin).jobs.leaseJobs({ workerId: 'w', kinds: ['a'], limit: 1, leaseSeconds: 1 }),
      ).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      await expect(jobs.listDeadJobs({})).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });

    it('forgets done jobs after 7 days, piece by piece, and neither younger, live nor dead ones', async () => {
      const kind = 'points.expire-lots';
      for (let minute = 0; minute < 5; minute += 1) {
        await jobs.enqueueTick({ kind, tick: new Date(nowMs) });
        nowMs += 60_000;
      }
      const old = await lease('w1', { kinds: [kind] });
      await jobs.completeJobs({ workerId: 'w1', jobIds: old.map(({ id }) => id) });
      await enqueueExpiry();
      await die();
      await enqueueExpiry({ runAt: nowMs + 30 * dayMs });
      nowMs += 7 * dayMs;
      await jobs.enqueueTick({ kind, tick: new Date(nowMs) });
      const [young] = await lease('w1', { kinds: [kind] });
      await jobs.completeJobs({ workerId: 'w1', jobIds: [young?.id ?? ''] });
      const pruned: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        pruned.push((await jobs.pruneJobs({ limit: 2 })).pruned);
      }
      expect(pruned).toEqual([2, 2, 1, 0]);
      const left = await db.read.rows<{ state: string }>('SELECT state FROM jobs ORDER BY state');
      expect(left.map(({ state }) => state)).toEqual(['dead', 'done', 'live']);
    });

    it('forgets answers of requests after 7 days, piece by piece', async () => {
      const ask = (requestId: string) =>
        db.transaction((tx) =>
          once(tx, { action: 'a', by: 'b', requestId, input: {} }, nowMs, async () => 1),
        );
      for (const id of ['r1', 'r2', 'r3']) {
        await ask(id);
        nowMs += 1;
      }
      nowMs += 7 * dayMs;
      await ask('r4');
      expect(await jobs.pruneRequests({ limit: 2 })).toEqual({ pruned: 2 });
      expect(await jobs.pruneRequests({ limit: 2 })).toEqual({ pruned: 1 });
      const left = await db.read.rows<{ requestId: string }>('SELECT requestId FROM requests');
      expect(left).toEqual([{ requestId: 'r4' }]);
    });
  },
  dbSchema,
);
