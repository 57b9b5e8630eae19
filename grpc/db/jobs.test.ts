import { describeOnBothDatabases, describeOnMariaDb } from '../../test/kit/databases.ts';
import {
  completeJobs,
  type Database,
  dbSchema,
  enqueueJobs,
  failJob,
  type JobFailure,
  type JobRow,
  leaseJobs,
  listDeadJobs,
  type NewJob,
  pruneDoneJobs,
  reviveJob,
} from './index.ts';
import { backoffMs } from './jobs.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describeOnBothDatabases(
  'the job queue',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => db.transaction((tx) => tx.execute('DELETE FROM jobs')));

    const enqueue = (jobs: readonly Partial<NewJob>[], now = 0) =>
      db.transaction((tx) =>
        enqueueJobs(
          tx,
          jobs.map((job) => ({ kind: 'k', payload: {}, runAt: 0, ...job })),
          now,
        ),
      );
    const lease = (
      now: number,
      more: { workerId?: string; kinds?: string[]; limit?: number } = {},
    ) =>
      db.transaction((tx) =>
        leaseJobs(tx, { workerId: 'w1', kinds: ['k'], limit: 100, leaseMs: 1_000, ...more }, now),
      );
    const complete = (workerId: string, jobs: readonly Pick<JobRow, 'id'>[]) =>
      db.transaction((tx) =>
        completeJobs(
          tx,
          workerId,
          jobs.map((job) => job.id),
        ),
      );
    const fail = (workerId: string, now: number, failure: JobFailure) =>
      db.transaction((tx) => failJob(tx, workerId, failure, now));
    const all = () => db.primary.rows<JobRow>('SELECT * FROM jobs ORDER BY id');
    const payloads = (jobs: readonly JobRow[]) => jobs.map((job) => JSON.parse(job.payload));

    async function leaseOne(now: number, workerId = 'w1'): Promise<JobRow> {
      const [job, ...more] = await lease(now, { workerId });
      if (job === undefined || more.length > 0) throw new Error('not one job is due');
      return job;
    }

    describe('enqueueJobs', () => {
      it('keeps what it was given', async () => {
        await enqueue([{ kind: 'mail', payload: { to: '누구', n: [1] }, runAt: 50 }], 20);
        expect(await all()).toEqual([
          {
            id: expect.stringMatching(/^job_[0-9A-Z]{26}$/),
            kind: 'mail',
            payload: '{"to":"누구","n":[1]}',
            state: 'live',
            availableAt: 50,
            attempts: 0,
            maxAttempts: 10,
            leaseOwner: null,
            dedupeKey: null,
            lastError: null,
            createdAt: 20,
          },
        ]);
      });

      it('leaves nothing when the change that the jobs follow from is rolled back', async () => {
        const change = db.transaction(async (tx) => {
          await enqueueJobs(tx, [{ kind: 'k', payload: 1, runAt: 0 }], 0);
          await enqueueJobs(tx, [{ kind: 'k', payload: 2, runAt: 0, dedupeKey: 'd' }], 0);
          throw new Error('never mind');
        });
        await expect(change).rejects.toThrow('never mind');
        expect(await all()).toEqual([]);
        await enqueue([{ dedupeKey: 'd' }]);
        expect(await lease(0)).toHaveLength(1);
      });

      it('takes none, and hundreds', async () => {
        await enqueue([]);
        await enqueue(
          range(500).map((n) => ({ payload: n, dedupeKey: n % 2 ? `d${n}` : undefined })),
        );
        expect(await lease(0, { limit: 1_000 })).toHaveLength(500);
      });

      it('makes one job of a dedupe key: in one list, later, and at once', async () => {
        await enqueue([
          { payload: 'first', dedupeKey: 'd' },
          { payload: 'second', dedupeKey: 'd' },
          { payload: 'other', dedupeKey: 'e' },
          { payload: 'plain' },
          { payload: 'plain' },
        ]);
        await enqueue([{ payload: 'third', dedupeKey: 'd' }, { payload: 'plain' }]);
        await Promise.all(range(10).map(() => enqueue([{ payload: 'tick', dedupeKey: 't' }])));
        expect(payloads(await lease(0)).sort()).toEqual([
          ...['first', 'other', 'plain', 'plain', 'plain', 'tick'],
        ]);
      });
    });

    describe('leaseJobs', () => {
      it('gives due jobs of its kinds, earliest first, at most as many as asked for', async () => {
        await enqueue([
          { payload: 'c', runAt: 30 },
          { payload: 'a', runAt: 10 },
          { payload: 'too early', runAt: 31 },
          { payload: 'b', runAt: 20 },
          { payload: 'other kind', kind: 'other', runAt: 5 },
        ]);
        expect(payloads(await lease(30, { limit: 2 }))).toEqual(['a', 'b']);
        expect(payloads(await lease(30, { limit: 2 }))).toEqual(['c']);
        expect(await lease(30)).toEqual([]);
        expect(await lease(30, { kinds: [] })).toEqual([]);
        expect(payloads(await lease(31, { kinds: ['other', 'k'] }))).toEqual([
          ...['other kind', 'too early'],
        ]);
      });

      it('gives a job again when its lease is over, and not a moment before', async () => {
        await enqueue([{ runAt: 10 }]);
        const first = await leaseOne(10, 'w1');
        expect(first).toMatchObject({ attempts: 1, availableAt: 10 });
        expect(await lease(1_009, { workerId: 'w2' })).toEqual([]);
        const second = await leaseOne(1_010, 'w2');
        expect(second).toMatchObject({ id: first.id, attempts: 2 });
        expect(await all()).toMatchObject([
          { leaseOwner: 'w2', availableAt: 2_010, attempts: 2, state: 'live' },
        ]);
      });

      it('never gives one job to two workers that ask at once', async () => {
        await enqueue(range(200).map((n) => ({ payload: n, runAt: n })));
        const taken: JobRow[][] = [];
        while (taken.flat().length < 200) {
          taken.push(
            ...(await Promise.all(
              range(8).map((w) => lease(200, { workerId: `w${w}`, limit: 9 })),
            )),
          );
        }
        const ids = taken.flat().map((job) => job.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toHaveLength(200);
        expect((await all()).every((job) => job.attempts === 1)).toBe(true);
      });

      it('gives nothing of a lease that is rolled back', async () => {
        await enqueue([{}]);
        const doomed = db.transaction(async (tx) => {
          const request = { workerId: 'w1', kinds: ['k'], limit: 1, leaseMs: 1_000 };
          expect(await leaseJobs(tx, request, 0)).toHaveLength(1);
          throw new Error('worker is gone');
        });
        await expect(doomed).rejects.toThrow('worker is gone');
        expect(await leaseOne(0)).toMatchObject({ attempts: 1 });
      });
    });

    describe('completeJobs', () => {
      it('ends jobs: they are gone, but for those that keep a dedupe key', async () => {
        await enqueue([{ payload: 'plain' }, { payload: 'deduped', dedupeKey: 'd' }]);
        await complete('w1', await lease(0));
        expect(await all()).toMatchObject([{ state: 'done', dedupeKey: 'd' }]);
        await enqueue([{ payload: 'again', dedupeKey: 'd' }]);
        expect(await lease(1_000_000)).toEqual([]);
      });

      it('is ignored from a worker whose lease went to another', async () => {
        await enqueue([{}, { dedupeKey: 'd' }]);
        const jobs = await lease(0, { workerId: 'slow' });
        await lease(1_000, { workerId: 'quick' });
        await complete('slow', jobs);
        expect(await all()).toMatchObject([
          { state: 'live', leaseOwner: 'quick' },
          { state: 'live', leaseOwner: 'quick' },
        ]);
        await complete('quick', jobs);
        expect((await all()).map((job) => job.state)).toEqual(['done']);
      });

      it('counts from a worker that is late, as long as no other took the job', async () => {
        await enqueue([{}]);
        await complete('w1', await lease(0));
        expect(await lease(1_000_000)).toEqual([]);
      });

      it('is ignored for jobs that are not leased, done, dead or not there', async () => {
        await enqueue([{ payload: 'waiting' }, { payload: 'dead', maxAttempts: 1, runAt: -1 }]);
        const [dead] = await lease(-1);
        await fail('w1', 0, { jobId: dead?.id ?? '', error: 'no' });
        await complete('w1', [...(await all()), { id: 'job_nowhere' }]);
        await complete('w1', []);
        expect((await all()).map((job) => job.state).sort()).toEqual(['dead', 'live']);
      });
    });

    describe('failJob', () => {
      it('gives the job back after the time that was asked for, with the error', async () => {
        await enqueue([{}]);
        const { id } = await leaseOne(0);
        await fail('w1', 100, { jobId: id, error: 'provider is away', retryAfterMs: 50 });
        expect(await lease(149)).toEqual([]);
        expect(await leaseOne(150, 'w2')).toMatchObject({
          id,
          attempts: 2,
          lastError: 'provider is away',
        });
      });

      it('backs off by itself: a second, then twice as long each time', async () => {
        await enqueue([{ maxAttempts: 100 }]);
        let now = 0;
        for (let attempt = 1; attempt <= 14; attempt += 1) {
          const { id } = await leaseOne(now);
          await fail('w1', now, { jobId: id, error: `failure ${attempt}` });
          const [job] = await all();
          const base = Math.min(3_600_000, 1_000 * 2 ** (attempt - 1));
          const wait = (job?.availableAt ?? Number.NaN) - now;
          expect(wait).toBeGreaterThanOrEqual(base * 0.8);
          expect(wait).toBeLessThanOrEqual(base * 1.2);
          now += wait;
        }
      });

      it('buries the job after its last attempt, where operators find it', async () => {
        await enqueue([{ maxAttempts: 2 }]);
        const { id } = await leaseOne(0);
        await fail('w1', 0, { jobId: id, error: 'one', retryAfterMs: 0 });
        await leaseOne(0);
        await fail('w1', 0, { jobId: id, error: 'two', retryAfterMs: 0 });
        expect(await lease(1_000_000_000)).toEqual([]);
        expect(await listDeadJobs(db.read, 10)).toMatchObject([
          { id, state: 'dead', attempts: 2, lastError: 'two', leaseOwner: null },
        ]);
      });

      it('buries it at once when no attempt can succeed', async () => {
        await enqueue([{ maxAttempts: 100 }]);
        const { id } = await leaseOne(0);
        await fail('w1', 0, { jobId: id, error: 'unreadable', final: true });
        expect(await listDeadJobs(db.read, 10)).toMatchObject([{ id, lastError: 'unreadable' }]);
      });

      it('is ignored from a worker whose lease went to another', async () => {
        await enqueue([{ maxAttempts: 2 }]);
        const { id } = await leaseOne(0, 'slow');
        await leaseOne(1_000, 'quick');
        await fail('slow', 1_000, { jobId: id, error: 'late', final: true });
        await fail('slow', 1_000, { jobId: 'job_nowhere', error: 'late' });
        expect(await all()).toMatchObject([
          { state: 'live', leaseOwner: 'quick', availableAt: 2_000, lastError: null },
        ]);
      });

      it('keeps the beginning of a very long error', async () => {
        await enqueue([{}]);
        const { id } = await leaseOne(0);
        const error = `${'가'.repeat(1_999)}🛍️${'x'.repeat(10_000)}`;
        await fail('w1', 0, { jobId: id, error });
        const [job] = await all();
        expect(job?.lastError?.slice(0, 1_999)).toBe('가'.repeat(1_999));
        expect(job?.lastError?.length).toBeLessThanOrEqual(2_000);
      });
    });

    describe('dead jobs', () => {
      it('are also those whose workers died each time without a word', async () => {
        await enqueue([
          { payload: 'deadly', maxAttempts: 3 },
          { payload: 'fine', runAt: 10_000 },
        ]);
        for (const now of [0, 1_000, 2_000]) await leaseOne(now);
        expect(await lease(2_999)).toEqual([]);
        expect(payloads(await lease(10_000))).toEqual(['fine']);
        expect(await listDeadJobs(db.read, 10)).toMatchObject([
          { attempts: 3, payload: '"deadly"', lastError: expect.stringContaining('died') },
        ]);
      });

      it('are listed newest first, page by page', async () => {
        await enqueue(range(5).map((n) => ({ payload: n, maxAttempts: 1 })));
        for (const { id } of await lease(0)) await fail('w1', 0, { jobId: id, error: 'no' });
        await enqueue([{ payload: 'alive' }]);
        const first = await listDeadJobs(db.read, 2);
        const second = await listDeadJobs(db.read, 2, first.at(-1)?.id);
        const third = await listDeadJobs(db.read, 2, second.at(-1)?.id);
        expect([first, second, third].map(payloads)).toEqual([[4, 3], [2, 1], [0]]);
      });

      it('get another round of attempts when they are revived', async () => {
        await enqueue([{ maxAttempts: 1, dedupeKey: 'd' }]);
        const { id } = await leaseOne(0);
        await fail('w1', 0, { jobId: id, error: 'no' });
        await enqueue([{ payload: 'twin', dedupeKey: 'd' }]);
        expect(await lease(1_000_000)).toEqual([]);

        const revived = await db.transaction((tx) => reviveJob(tx, id, 5_000));
        expect(revived).toMatchObject({ id, state: 'live', attempts: 0, availableAt: 5_000 });
        expect(await lease(4_999)).toEqual([]);
        expect(await leaseOne(5_000)).toMatchObject({ id, attempts: 1 });
        await complete('w1', [{ id }]);
        expect(await listDeadJobs(db.read, 10)).toEqual([]);
      });

      it('only are revived: not those that live, are done or are not there', async () => {
        await enqueue([
          { payload: 'live', runAt: 1 },
          { payload: 'done', dedupeKey: 'd' },
        ]);
        await complete('w1', [await leaseOne(0)]);
        const before = await all();
        for (const id of [...before.map((job) => job.id), 'job_nowhere']) {
          expect(await db.transaction((tx) => reviveJob(tx, id, 5_000))).toBeUndefined();
        }
        expect(await all()).toEqual(before);
      });
    });

    it('forgets done jobs, and with them their dedupe keys, once they are old', async () => {
      await enqueue([{ dedupeKey: 'old' }], 100);
      await enqueue([{ dedupeKey: 'new' }], 200);
      await complete('w1', await lease(200));
      await enqueue([{ payload: 'live', runAt: 1_000_000 }], 100);
      expect(await db.transaction((tx) => pruneDoneJobs(tx, 200))).toBe(1);
      expect((await all()).map((job) => [job.state, job.dedupeKey])).toEqual([
        ['done', 'new'],
        ['live', null],
      ]);
      await enqueue([{ dedupeKey: 'old' }, { dedupeKey: 'new' }], 300);
      expect(await lease(300)).toMatchObject([{ dedupeKey: 'old' }]);
    });
  },
  dbSchema,
);

describeOnMariaDb(
  'leases of transactions that overlap',
  (open) => {
    it('never wait for each other, and never share a job', async () => {
      const db = await open();
      const jobs = range(30).map((n) => ({ kind: 'k', payload: n, runAt: n }));
      await db.transaction((tx) => enqueueJobs(tx, jobs, 0));
      const request = { kinds: ['k'], limit: 10, leaseMs: 1_000 };
      const first = Promise.withResolvers<JobRow[]>();
      const release = Promise.withResolvers<void>();
      const slow = db.transaction(async (tx) => {
        first.resolve(await leaseJobs(tx, { ...request, workerId: 'slow' }, 100));
        await release.promise;
      });
      const numbers = (leased: readonly JobRow[]) => leased.map((job) => Number(job.payload));
      expect(numbers(await first.promise)).toEqual(range(10));
      const second = await db.transaction((tx) =>
        leaseJobs(tx, { ...request, workerId: 'quick' }, 100),
      );
      expect(numbers(second).filter((n) => n < 10)).toEqual([]);
      release.resolve();
      await slow;
      expect((await db.primary.rows('SELECT id FROM jobs WHERE attempts > 1')).length).toBe(0);
    });
  },
  dbSchema,
);

describe('backoffMs', () => {
  it.each([
    [0, 1_000],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [12, 2_048_000],
    [13, 3_600_000],
    [100, 3_600_000],
    [100_000, 3_600_000],
  ])('after attempt %d is %d ms, give or take a fifth', (attempts, base) => {
    const waits = range(200).map(() => backoffMs(attempts));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(base * 0.8);
    expect(Math.max(...waits)).toBeLessThanOrEqual(base * 1.2);
    expect(waits.every(Number.isInteger)).toBe(true);
    expect(new Set(waits).size).toBeGreaterThan(1);
  });
});
