import { DomainError, InvalidArgument, Overloaded } from '../../common/errors/index.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { accepted, type BatcherOptions, createBatcher, refused } from './batcher.ts';
import { addToCounter, counter, createCounters, noTables } from './fixtures/counters.ts';
import type { Database, Tx } from './index.ts';

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const fulfilled = <T>(value: T) => ({ status: 'fulfilled', value }) as const;
const rejected = (reason: unknown) => ({ status: 'rejected', reason }) as const;

/** Makes the next counter for each item, and answers its place among them. */
async function count(tx: Tx, items: readonly number[]) {
  const [row] = await tx.rows<{ taken: number }>('SELECT COUNT(*) AS taken FROM counters');
  const taken = row?.taken ?? Number.NaN;
  await tx.insert(
    'counters',
    items.map((value, i) => ({ id: `n${taken + i}`, value })),
  );
  return items.map((_, i) => accepted(taken + i));
}

describeOnBothDatabases(
  'a batcher',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
    });
    beforeEach(() => db.transaction((tx) => tx.execute('DELETE FROM counters')));

    const stored = async () => {
      const rows = await db.primary.rows<{ value: number }>('SELECT value FROM counters');
      return rows.map((row) => row.value).sort((a, b) => a - b);
    };

    /** A batcher of numbers that notes the items of each run. */
    function batcherOf(
      run: BatcherOptions<number, number>['run'],
      options: { readonly maxBatch?: number; readonly maxQueue?: number } = {},
    ) {
      const runs: number[][] = [];
      const batcher = createBatcher<number, number>({
        name: 'numbers',
        db,
        maxQueue: 10_000,
        ...options,
        run: (tx, items, again) => {
          runs.push([...items]);
          return run(tx, items, again);
        },
      });
      const submitAll = (items: readonly number[]) =>
        Promise.allSettled(items.map((item) => batcher.submit(item)));
      return { batcher, runs, submitAll };
    }

    it('serves a thousand at once in few transactions, each its own answer, in order', async () => {
      const { runs, submitAll } = batcherOf(count);
      expect(await submitAll(range(1_000))).toEqual(range(1_000).map(fulfilled));
      expect(runs.map((items) => items.length)).toEqual([256, 256, 256, 232]);
      expect(runs.flat()).toEqual(range(1_000));
      expect(await stored()).toEqual(range(1_000));
    });

    it('keeps within maxBatch', async () => {
      const { runs, submitAll } = batcherOf(count, { maxBatch: 4 });
      expect(await submitAll(range(10))).toEqual(range(10).map(fulfilled));
      expect(runs.map((items) => items.length)).toEqual([4, 4, 2]);
    });

    it('answers only when the batch is committed', async () => {
      const { batcher } = batcherOf(count);
      await batcher.submit(7);
      expect(await stored()).toEqual([7]);
    });

    it('refuses one item without failing those around it', async () => {
      const odd = new InvalidArgument('odd');
      const { runs, submitAll } = batcherOf(async (tx, items) => {
        const even = items.filter((item) => item % 2 === 0);
        await count(tx, even);
        return items.map((item) => (item % 2 === 0 ? accepted(item) : refused(odd)));
      });
      expect(await submitAll([2, 3, 4, 5])).toEqual([
        ...[fulfilled(2), rejected(odd)],
        ...[fulfilled(4), rejected(odd)],
      ]);
      expect(runs).toHaveLength(1);
      expect(await stored()).toEqual([2, 4]);
    });

    /** Fails as a whole when 13 is among the items. */
    const poisons: [string, BatcherOptions<number, number>['run'], RegExp][] = [
      [
        'violates a constraint',
        async (tx, items) => {
          const rows = items.map((value) => ({
            id: `n${value}`,
            value: value === 13 ? null : value,
          }));
          await tx.insert('counters', rows);
          return items.map(accepted);
        },
        /null/i,
      ],
      [
        'has a duplicate key for good',
        async (tx, items) => {
          await tx.insert(
            'counters',
            items.map((value) => ({ id: `n${value === 13 ? 1_000 : value}`, value })),
          );
          return items.map(accepted);
        },
        /duplicate|unique/i,
      ],
      [
        'makes the work throw',
        async (tx, items) => {
          await count(tx, items);
          if (items.includes(13)) throw new TypeError('thirteen');
          return items.map(accepted);
        },
        /thirteen/,
      ],
      [
        'makes the work throw a refusal',
        async (tx, items) => {
          await count(tx, items);
          if (items.includes(13)) throw new DomainError('SOLD_OUT', 'no thirteen');
          return items.map(accepted);
        },
        /no thirteen/,
      ],
      [
        'is lost by the work',
        async (tx, items) => {
          await count(tx, items);
          return items.filter((item) => item !== 13).map(accepted);
        },
        /numbers lost an item/,
      ],
    ];

    it.each(poisons)('finds the one item that %s; all others commit once', async (_, run, why) => {
      await db.transaction((tx) => tx.insert('counters', [{ id: 'n1000', value: 1_000 }]));
      const { runs, submitAll } = batcherOf(run);
      const settled = await submitAll(range(50));
      settled.forEach((outcome, item) => {
        if (item === 13)
          expect(outcome).toMatchObject({ reason: { message: expect.stringMatching(why) } });
        else expect(outcome).toEqual(fulfilled(item));
      });
      expect(await stored()).toEqual([...range(50).filter((item) => item !== 13), 1_000]);
      expect(runs.at(-1)).toHaveLength(25);
    });

    it('still decides in order of arrival when it has to split', async () => {
      let failures = 0;
      const { submitAll } = batcherOf(async (tx, items) => {
        const outcomes = await count(tx, items);
        if (items.length > 3) {
          failures += 1;
          throw new Error('too many');
        }
        return outcomes;
      });
      expect(await submitAll(range(20))).toEqual(range(20).map(fulfilled));
      expect(failures).toBeGreaterThan(1);
    });

    it('tells of a commit once, and never of a run that was undone', async () => {
      const told: number[] = [];
      const { submitAll } = batcherOf(async (tx, items) => {
        for (const item of items) tx.afterCommit(() => told.push(item));
        if (items.includes(2)) throw new Error('two');
        return items.map(accepted);
      });
      await submitAll(range(5));
      expect(told).toEqual([0, 1, 3, 4]);
    });

    it('refuses with OVERLOADED what is more than its queue holds, and serves the rest', async () => {
      const release = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const { batcher } = batcherOf(
        async (tx, items) => {
          started.resolve();
          await release.promise;
          return count(tx, items);
        },
        { maxBatch: 2, maxQueue: 3 },
      );
      const first = batcher.submit(0);
      await started.promise;
      const waiting = [1, 2, 3].map((item) => batcher.submit(item));
      const refusal: unknown = await batcher.submit(4).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Overloaded);
      expect(refusal).toMatchObject({
        code: 'OVERLOADED',
        message: expect.stringContaining('numbers'),
        retryAfterMs: expect.any(Number),
      });
      release.resolve();
      expect(await Promise.all([first, ...waiting])).toEqual([0, 1, 2, 3]);
      expect(await stored()).toEqual([0, 1, 2, 3]);
    });

    it('refuses with OVERLOADED who would wait too long', async () => {
      const release = Promise.withResolvers<void>();
      const batcher = createBatcher<number, number>({
        ...{ name: 'slow', db, maxBatch: 1, maxQueue: 100, maxWaitMs: 1 },
        run: async (_tx, items) => {
          await release.promise;
          return items.map(accepted);
        },
      });
      const first = batcher.submit(0);
      await new Promise<void>((turn) => setImmediate(turn));
      const settling = Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
      release.resolve();
      const [next, last] = await settling;
      expect(await first).toBe(0);
      expect(next).toEqual({ status: 'fulfilled', value: 1 });
      expect(last).toMatchObject({ status: 'rejected', reason: { code: 'OVERLOADED' } });
    });

    it('drains: all that was submitted is committed, and it goes on afterwards', async () => {
      const { batcher } = batcherOf(count, { maxBatch: 10 });
      const answers = range(35).map((item) => batcher.submit(item));
      await batcher.drain();
      expect(await stored()).toEqual(range(35));
      expect(await Promise.all(answers)).toEqual(range(35));
      expect(await batcher.submit(35)).toBe(35);
    });

    it('is refused inside of a transaction, where its batch could never run', async () => {
      const { batcher } = batcherOf(count);
      await db.transaction(async (tx) => {
        await tx.insert('counters', [{ id: 'x', value: 1 }]);
        await expect(batcher.submit(2)).rejects.toThrow('transaction() does not nest');
        await addToCounter(tx, 'x', 1);
      });
      expect(await counter(db.primary, 'x')).toBe(2);
      expect(await batcher.submit(5)).toBe(1);
    });
  },
  noTables,
);
