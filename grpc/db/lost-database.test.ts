import { loadConfig } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import { describeWith } from '../../test/kit/describe-with.ts';
import { type MariaDb, startMariaDb } from '../../test/kit/mariadb.ts';
import { until } from '../../test/kit/until.ts';
import { createAdder } from './fixtures/adder.ts';
import { startAnswerThief } from './fixtures/answer-thief.ts';
import {
  addToCounter,
  counter,
  createCounters,
  resetCounters,
  setCounter,
} from './fixtures/counters.ts';
import { type Database, dbSchema, once, openDatabase } from './index.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

const isUnavailable = (error: unknown) =>
  error instanceof DomainError && error.code === 'UNAVAILABLE';

/** Asks again with the same request id until there is an answer, as a caller should. */
async function insist<Answer>(ask: () => Promise<Answer>, db: Database, refusals: unknown[]) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      refusals.push(error);
      if (!isUnavailable(error)) throw error;
      await until('the database answers', () => db.primary.rows('SELECT 1'));
    }
  }
}

describeWith(['mariadb'], 'a database that goes away', () => {
  let server: MariaDb;
  let db: Database;
  beforeAll(async () => {
    server = await startMariaDb();
    const env = { ONAIR_ENV: 'test', DATABASE_URL: server.url, DATABASE_POOL: '5' };
    db = await openDatabase(loadConfig(env), dbSchema);
    await createCounters(db);
  });
  beforeEach(async () => {
    await resetCounters(db);
    await db.transaction((tx) => tx.execute('DELETE FROM requests'));
  });
  afterAll(async () => {
    await db.close();
    await server.stop();
  });

  it('in the middle of a batch: all hear UNAVAILABLE, and asking again gives one effect', async () => {
    const inBatch = Promise.withResolvers<void>();
    const dead = Promise.withResolvers<void>();
    let runs = 0;
    const adder = createAdder(db, {
      async beforeEnd() {
        runs += 1;
        if (runs > 1) return;
        inBatch.resolve();
        await dead.promise;
      },
    });
    const submit = (i: number) => adder.submit({ requestId: `r${i}`, amount: 1 });
    const inFlight = range(10).map(submit);
    const refused = Promise.allSettled(inFlight);
    await inBatch.promise;
    const waiting = Promise.allSettled(range(10).map((i) => submit(10 + i)));
    await server.kill();
    dead.resolve();
    for (const outcome of [...(await refused), ...(await waiting)]) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    // One run: a database that is away is no reason to look for a poisoned item.
    expect(runs).toBe(1);
    await expect(db.read.rows('SELECT 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    await server.restart();
    expect(await Promise.all(range(20).map(submit))).toEqual(range(20).map((i) => i + 1));
    expect(await Promise.all(range(20).map(submit))).toEqual(range(20).map((i) => i + 1));
    expect(await counter(db.read, 'a')).toBe(20);
  });

  it('under load, again and again: every request has one effect and one answer', async () => {
    const adder = createAdder(db);
    const refusals: unknown[] = [];
    const answers = new Map<string, number>();
    let stopped = false;
    const caller = async (name: number) => {
      for (let i = 0; !stopped; i += 1) {
        const requestId = `c${name}-${i}`;
        const ask = () => adder.submit({ requestId, amount: 1 });
        answers.set(requestId, await insist(ask, db, refusals));
      }
    };
    const callers = range(20).map(caller);
    for (let crash = 1; crash <= 3; crash += 1) {
      const before = answers.size;
      await until('there is load', () => answers.size > before + 100);
      await server.kill();
      await until('callers have noticed', () => refusals.length >= 20 * crash);
      await server.restart();
    }
    const before = answers.size;
    await until('all goes on', () => answers.size > before + 100);
    stopped = true;
    await Promise.all(callers);
    expect(refusals.every(isUnavailable)).toBe(true);
    expect(await counter(db.primary, 'a')).toBe(answers.size);
    expect([...answers.values()].sort((x, y) => x - y)).toEqual(
      range(answers.size).map((i) => i + 1),
    );
  });

  it('in the middle of once(): asking again does the work, and does it once', async () => {
    let works = 0;
    const add = () =>
      db.transaction((tx) =>
        once(tx, { action: 'add', by: 'test', requestId: 'r1', input: 1 }, 1, async () => {
          works += 1;
          await addToCounter(tx, 'a', 1);
          if (works === 1) await server.kill();
          return { sum: await counter(tx, 'a') };
        }),
      );
    await expect(add()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.restart();
    expect(await add()).toEqual({ sum: 1 });
    expect(await add()).toEqual({ sum: 1 });
    expect(works).toBe(2);
  });

  it('between the commit and its answer: asking again finds what was done', async () => {
    const thief = await startAnswerThief(server.port);
    const url = `mysql://root@127.0.0.1:${thief.port}/onair`;
    const far = await openDatabase(loadConfig({ ONAIR_ENV: 'test', DATABASE_URL: url }), dbSchema);
    const adder = createAdder(far);
    const submit = (i: number) => adder.submit({ requestId: `r${i}`, amount: 1 });

    thief.stealAnswerTo('COMMIT');
    for (const outcome of await Promise.allSettled(range(10).map(submit))) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    expect(await counter(db.primary, 'a')).toBe(10);
    expect(await Promise.all(range(10).map(submit))).toEqual(range(10).map((i) => i + 1));
    expect(await counter(db.primary, 'a')).toBe(10);
    await far.close();
    await thief.stop();
  });

  it('is UNAVAILABLE for transactions and reads until it is back, whichever of them comes', async () => {
    await server.kill();
    const outcomes = await Promise.allSettled([
      ...range(20).map(() => db.transaction((tx) => setCounter(tx, 'a', 1))),
      ...range(20).map(() => db.read.rows('SELECT 1')),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    await server.restart();
    // More than the pool holds: had it kept a dead connection, one of these would meet it.
    await Promise.all(range(20).map(() => db.transaction((tx) => setCounter(tx, 'b', 1))));
    expect(await counter(db.read, 'b')).toBe(1);
  });

  it('in an orderly way under load: UNAVAILABLE too, and it recovers', async () => {
    const adder = createAdder(db);
    const refusals: unknown[] = [];
    const first = range(300).map((i) =>
      insist(() => adder.submit({ requestId: `o${i}`, amount: 1 }), db, refusals),
    );
    const asleep = db.transaction((tx) => tx.rows('SELECT SLEEP(60)')).catch((e: unknown) => e);
    await until('a statement sleeps', async () => {
      const sql = `SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(60)'`;
      return (await db.primary.rows(sql)).length;
    });
    await server.restart();
    expect(isUnavailable(await asleep)).toBe(true);
    await Promise.all(first);
    expect(refusals.every(isUnavailable)).toBe(true);
    expect(await counter(db.primary, 'a')).toBe(300);
  });
});
