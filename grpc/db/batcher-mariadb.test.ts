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

    it('go on without the one item whose row others keep locked', async () => {
      await db.transaction((tx) =>
        tx.insert(
          'counters',
          range(8).map((i) => ({ id: `n${i}`, value: 0 })),
        ),
      );
      const locked = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const holder = twin.transaction(async (tx) => {
        await addToCounter(tx, 'n5', 100);
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      const batcher = createBatcher<number, number>({
        name: 'rows',
        db,
        maxQueue: 100,
        run: async (tx, items) => {
          for (const item of items) {
            await tx.rows('SELECT id FROM counters WHERE id = ? FOR UPDATE NOWAIT', [`n${item}`]);
            await addToCounter(tx, `n${item}`, 1);
          }
          return items.map(accepted);
        },
      });
      const settled = await Promise.allSettled(range(8).map((item) => batcher.submit(item)));
      release.resolve();
      await holder;
      expect(settled[5]).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
      expect(settled.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(7);
      const values = await Promise.all(range(8).map((i) => counter(db.primary, `n${i}`)));
      expect(values).toEqual([1, 1, 1, 1, 1, 100, 1, 1]);
    });
  },
  dbSchema,
);
