import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  counter,
  createCounters,
  noTables,
  resetCounters,
  setCounter as set,
} from './fixtures/counters.ts';
import type { Database, Tx } from './index.ts';

describeOnBothDatabases(
  'transaction()',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('commits what its work wrote, and answers what its work answered', async () => {
      const answer = await db.transaction(async (tx) => {
        expect(await set(tx, 'a', 1)).toBe(1);
        return counter(tx, 'a');
      });
      expect(answer).toBe(1);
      expect(await counter(db.read, 'a')).toBe(1);
    });

    it('keeps nothing of a work that throws, and throws the same error', async () => {
      const reason = new Error('changed its mind');
      const doomed = db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        throw reason;
      });
      await expect(doomed).rejects.toBe(reason);
      expect(await counter(db.read, 'a')).toBe(0);
    });

    it('ends as well when its work throws before it returns a promise', async () => {
      const hasty = db.transaction(() => {
        throw new Error('hasty');
      });
      await expect(hasty).rejects.toThrow('hasty');
      await db.transaction((tx) => set(tx, 'a', 2));
      expect(await counter(db.read, 'a')).toBe(2);
    });

    it('is all there for readers, or not at all', async () => {
      await db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        expect(await counter(tx, 'a')).toBe(1);
        expect(await counter(db.read, 'a')).toBe(0);
        await set(tx, 'b', 1);
        expect(await counter(db.primary, 'b')).toBe(0);
      });
      expect(await counter(db.read, 'a')).toBe(1);
      expect(await counter(db.primary, 'b')).toBe(1);
    });

    it('loses no update when a hundred change the same row at once', async () => {
      await Promise.all(
        Array.from({ length: 100 }, () =>
          db.transaction(async (tx) => {
            const row = await tx.row<{ value: number }>(
              `SELECT value FROM counters WHERE id = 'a'${tx.dialect.forUpdate}`,
            );
            await set(tx, 'a', (row?.value ?? Number.NaN) + 1);
          }),
        ),
      );
      expect(await counter(db.read, 'a')).toBe(100);
    });

    it('goes on after a statement that failed alone, when its work caught the error', async () => {
      await db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        await expect(tx.insert('counters', [{ id: 'b', value: 5 }])).rejects.toThrow();
        await set(tx, 'b', 1);
      });
      expect(await counter(db.read, 'a')).toBe(1);
      expect(await counter(db.read, 'b')).toBe(1);
    });

    it('keeps nothing of the statements that ran beside the one that failed', async () => {
      const fail = (tx: Tx) => tx.insert('counters', [{ id: 'a', value: 5 }]);
      const straggle = async (tx: Tx) => {
        for (let step = 0; step < 20; step += 1) await set(tx, 'b', step);
      };
      const stragglers: Promise<unknown>[] = [];
      const doomed = db.transaction(async (tx) => {
        const straggler = straggle(tx);
        stragglers.push(straggler.catch((error: unknown) => error));
        await Promise.all([straggler, fail(tx)]);
      });
      await expect(doomed).rejects.toThrow();
      // The first of its statements may have travelled with the one that failed.
      expect(String(await stragglers[0])).toMatch(/transaction is over|Duplicate entry/);
      expect(await counter(db.read, 'b')).toBe(0);
    });

    it('gives statements that are asked for at once each their own answer, in order', async () => {
      const answers = await db.transaction((tx) =>
        Promise.all([
          set(tx, 'a', 1),
          counter(tx, 'a'),
          tx.insertNew('counters', [
            { id: 'a', value: 9 },
            { id: 'c', value: 3 },
          ]),
          tx.rows('SELECT id, value FROM counters ORDER BY id'),
          set(tx, 'nobody', 1),
          tx.execute('DELETE FROM counters'),
          tx.row(`SELECT * FROM counters WHERE id = 'a'`),
        ]),
      );
      const rows = [
        { id: 'a', value: 1 },
        { id: 'b', value: 0 },
        { id: 'c', value: 3 },
      ];
      expect(answers).toEqual([1, 1, 1, rows, 0, 3, undefined]);
    });

    it('keeps nothing when one of those asked for at once fails, even if that was caught', async () => {
      const doomed = db.transaction(async (tx) => {
        await set(tx, 'b', 1);
        await Promise.allSettled([
          set(tx, 'a', 1),
          tx.insertNew('counters', [{ id: 'c', value: null }]),
          set(tx, 'a', 2),
        ]);
        throw new Error('gave up');
      });
      await expect(doomed).rejects.toThrow('gave up');
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 0]);
    });

    it('is one transaction also when its first statement failed and was caught', async () => {
      const work = async (tx: Tx) => {
        await tx.insert('counters', [{ id: 'a', value: 5 }]).catch(() => undefined);
        await set(tx, 'a', 1);
        await set(tx, 'b', 1);
      };
      const doomed = db.transaction(async (tx) => {
        await work(tx);
        throw new Error('gave up');
      });
      await expect(doomed).rejects.toThrow('gave up');
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 0]);
      await db.transaction(work);
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([1, 1]);
    });

    it('may have no statement at all', async () => {
      expect(await db.transaction(async () => 'nothing')).toBe('nothing');
      await expect(db.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    });

    it('takes no statement after it is over', async () => {
      const late: Tx[] = [];
      await db.transaction(async (tx) => {
        late.push(tx);
      });
      await db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        for (const over of late) {
          await expect(set(over, 'b', 1)).rejects.toThrow(/transaction is over/);
        }
      });
      expect(await counter(db.read, 'b')).toBe(0);
    });

    it('refuses another one inside of it at once; the outer one may still commit', async () => {
      await db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        const nested = db.transaction((inner) => set(inner, 'b', 1));
        await expect(nested).rejects.toThrow('transaction() does not nest');
      });
      expect(await counter(db.read, 'a')).toBe(1);
      expect(await counter(db.read, 'b')).toBe(0);
    });

    it('does not count as nested for what it started and did not wait for', async () => {
      const later: { run?: () => void } = {};
      const reached = new Promise<void>((resolve) => {
        later.run = resolve;
      });
      const background: Promise<unknown>[] = [];
      await db.transaction(async () => {
        background.push(reached.then(() => db.transaction((tx) => set(tx, 'b', 3))));
      });
      later.run?.();
      await Promise.all(background);
      expect(await counter(db.read, 'b')).toBe(3);
    });
  },
  noTables,
);

describeOnBothDatabases(
  'afterCommit',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('runs its effects in order, once what they tell of is committed', async () => {
      const told: string[] = [];
      const seen: Promise<number | undefined>[] = [];
      await db.transaction(async (tx) => {
        tx.afterCommit(() => told.push('first'));
        tx.afterCommit(() => seen.push(counter(db.read, 'a')));
        await set(tx, 'a', 1);
        tx.afterCommit(() => told.push('second'));
        expect(told).toEqual([]);
      });
      expect(told).toEqual(['first', 'second']);
      expect(await Promise.all(seen)).toEqual([1]);
    });

    it('runs nothing when the transaction is rolled back', async () => {
      const told: string[] = [];
      const doomed = db.transaction(async (tx) => {
        tx.afterCommit(() => told.push('never'));
        await set(tx, 'a', 1);
        throw new Error('no');
      });
      await expect(doomed).rejects.toThrow('no');
      expect(told).toEqual([]);
    });

    it('may start the next transaction', async () => {
      const next: Promise<number>[] = [];
      await db.transaction(async (tx) => {
        tx.afterCommit(() => next.push(db.transaction((own) => set(own, 'b', 1))));
      });
      expect(await Promise.all(next)).toEqual([1]);
      expect(await counter(db.read, 'b')).toBe(1);
    });

    it('cannot fail what is committed, nor the effects beside it', async () => {
      const warnings: string[] = [];
      const { emitWarning } = process;
      process.emitWarning = (warning: string | Error) => {
        warnings.push(String(warning));
      };
      const told: string[] = [];
      const answer = await db.transaction(async (tx) => {
        await set(tx, 'a', 1);
        tx.afterCommit(() => {
          // What a lock conflict looks like: running the work again would count twice.
          throw Object.assign(new Error('broken effect'), { errno: 1213 });
        });
        tx.afterCommit(() => told.push('told'));
        return 'done';
      });
      expect(answer).toBe('done');
      expect(told).toEqual(['told']);
      process.emitWarning = emitWarning;
      expect(warnings).toEqual([expect.stringContaining('broken effect')]);
      expect(await counter(db.read, 'a')).toBe(1);
    });
  },
  noTables,
);
