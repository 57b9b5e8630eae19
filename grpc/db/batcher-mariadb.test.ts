import { loadConfig } from '../../common/config.ts';
import { describeOnMariaDb } from '../../test/kit/databases.ts';
import { accepted, createBatcher } from './batcher.ts';
import { createAdder } from './fixtures/adder.ts';
import { addToCounter, counter, createCounters, resetCounters } from './fixtures/counters.ts';
import { type Database, dbSchema, openDatabase } from './index.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The same database, as another process has it. */
function openTwin(db: Database): Promise<Database> {
  const { options } = db.source;
  if (options.type !== 'mariadb' || options.url === undefined) throw new Error('not on MariaDB');
  return openDatabase(loadConfig({ ONAIR_ENV: 'test', DATABASE_URL: options.url }), dbSchema);
}

describeOnMariaDb(
  'batchers of two processes',
  (open) => {
    let db: Database;
    let twin: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
      twin = await openTwin(db);
    });
    beforeEach(async () => {
      await resetCounters(db);
      await db.transaction((tx) => tx.execute('DELETE FROM requests'));
    });
    afterAll(() => twin.close());

    it('do a request once that reaches both, and both give the same answer', async () => {
      const adders = [createAdder(db), createAdder(twin)];
      const answers = await Promise.all(
        range(200).map((i) =>
          Promise.all(adders.map((adder) => adder.submit({ requestId: `r${i}`, amount: 1 }))),
        ),
      );
      for (const [first, second] of answers) expect(first).toBe(second);
      expect(await counter(db.primary, 'a')).toBe(200);
      expect(new Set(answers.map(([first]) => first)).size).toBe(200);
    });

    it('run again when the other one was faster with a key, and find its answer', async () => {
      const other = createAdder(twin);
      let runs = 0;
      const adder = createAdder(db, {
        async afterFind() {
          runs += 1;
          if (runs === 1) await other.submit({ requestId: 'same', amount: 5 });
        },
      });
      const [own, same] = await Promise.all(
        ['own', 'same'].map((requestId) => adder.submit({ requestId, amount: 5 })),
      );
      expect(runs).toBe(2);
      expect([own, same]).toEqual([10, 5]);
      expect(await counter(db.primary, 'a')).toBe(10);
    });

    it('commit both, each once, when their batches lock the same rows in opposite orders', async () => {
      const bothHold = Promise.withResolvers<void>();
      let holding = 0;
      const crossing = (own: Database, first: string, second: string) => {
        const sizes: number[] = [];
        const batcher = createBatcher<number, number>({
          name: 'crossing',
          db: own,
          maxQueue: 100,
          run: async (tx, items) => {
            sizes.push(items.length);
            await addToCounter(tx, first, items.length);
            if (sizes.length === 1) {
              holding += 1;
              if (holding === 2) bothHold.resolve();
              await bothHold.promise;
            }
            await addToCounter(tx, second, items.length);
            return items.map(accepted);
          },
        });
        return { batcher, sizes };
      };
      const rivals = [crossing(db, 'a', 'b'), crossing(twin, 'b', 'a')];
      const answers = await Promise.all(
        rivals.flatMap(({ batcher }) => range(10).map((item) => batcher.submit(item))),
      );
      expect(answers).toEqual([...range(10), ...range(10)]);
      // The loser's batch was run again as a whole, and not split.
      expect(rivals.map(({ sizes }) => sizes).sort((x, y) => x.length - y.length)).toEqual([
        [10],
        [10, 10],
      ]);
      expect([await counter(db.primary, 'a'), await counter(db.primary, 'b')]).toEqual([20, 20]);
    });

    describe('that meet rows which others keep locked', () => {
      const rows = range(16);

      beforeEach(() =>
        db.transaction((tx) =>
          tx.insert(
            'counters',
            rows.map((i) => ({ id: `n${i}`, value: 0 })),
          ),
        ),
      );

      /** Locks a row by another process until it is released. */
      async function keep(row: number): Promise<() => Promise<void>> {
        const locked = Promise.withResolvers<void>();
        const release = Promise.withResolvers<void>();
        const holder = twin.transaction(async (tx) => {
          await addToCounter(tx, `n${row}`, 100);
          locked.resolve();
          await release.promise;
        });
        await locked.promise;
        return () => {
          release.resolve();
          return holder;
        };
      }

      /** Adds one to the row of each item; notes how long each transaction waits for locks. */
      function adding(beforeRun: (items: readonly number[]) => void = () => undefined) {
        const runs: string[] = [];
        const batcher = createBatcher<number, number>({
          name: 'rows',
          db,
          maxQueue: 100,
          run: async (tx, items) => {
            beforeRun(items);
            const wait = await tx.row<{ s: number }>('SELECT @@innodb_lock_wait_timeout AS s');
            runs.push(`${items.length} within ${wait?.s} s`);
            for (const item of items) await addToCounter(tx, `n${item}`, 1);
            return items.map(accepted);
          },
        });
        const submit = (items: readonly number[]) =>
          Promise.allSettled(items.map((item) => batcher.submit(item)));
        return { submit, runs };
      }

      const values = () => Promise.all(rows.map((i) => counter(db.primary, `n${i}`)));

      it('go on without the item that needs it, wait for it twice at most, and soon no more', async () => {
        const release = await keep(5);
        const { submit, runs } = adding();
        const settled = await submit(rows);
        expect(settled[5]).toMatchObject({
          status: 'rejected',
          reason: { code: 'UNAVAILABLE', details: { retryAfterMs: expect.any(String) } },
        });
        expect(settled.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(15);
        expect(runs.filter((run) => !run.endsWith(' 0 s'))).toEqual([
          '16 within 3 s',
          '1 within 1 s',
        ]);
        const again = await submit([5, 6]);
        expect(again.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
        expect(runs).toContain('2 within 1 s');
        await release();
        expect(await values()).toEqual(rows.map((i) => (i === 5 ? 100 : i === 6 ? 2 : 1)));
        await submit([5, 6]);
        await submit([5, 6]);
        expect(runs.slice(-2)).toEqual(['2 within 1 s', '2 within 3 s']);
      });

      it('get them from a transaction that no longer goes on, whose process may be gone', async () => {
        const locked = Promise.withResolvers<void>();
        const over = Promise.withResolvers<void>();
        const silent = twin.transaction(async (tx) => {
          await addToCounter(tx, 'n5', 100);
          // So that the test needn't wait for as long as every transaction may be silent.
          await tx.execute('SET SESSION idle_transaction_timeout = 1');
          locked.resolve();
          await over.promise;
          await addToCounter(tx, 'n6', 100);
        });
        const ending = expect(silent).rejects.toMatchObject({ code: 'UNAVAILABLE' });
        await locked.promise;
        const settled = await adding().submit([5, 6]);
        over.resolve();
        await ending;
        expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
        expect((await values()).slice(5, 7)).toEqual([1, 1]);
      });

      it('do the item whose row is free in the end', async () => {
        const free = await keep(5);
        const release = await keep(9);
        let alone = 0;
        const { submit } = adding((items) => {
          if (items.length !== 1 || items[0] !== 5) return;
          alone += 1;
          if (alone === 2) void free();
        });
        const settled = await submit(rows);
        expect(settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([9]);
        await release();
        expect(await values()).toEqual(rows.map((i) => (i === 5 ? 101 : i === 9 ? 100 : 1)));
      });
    });
  },
  dbSchema,
);
