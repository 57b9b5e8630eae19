import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { isDuplicateKey } from './database-errors.ts';
import {
  counter,
  createCounters,
  noTables,
  resetCounters,
  setCounter,
} from './fixtures/counters.ts';
import type { Database } from './index.ts';

describeOnBothDatabases(
  'statements of one transaction',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('that are asked for at once run in that order, and each hears its own answer', async () => {
      const answers = await db.transaction((tx) =>
        Promise.all([
          setCounter(tx, 'a', 1),
          counter(tx, 'a'),
          tx.execute(`UPDATE counters SET value = value + 1 WHERE id IN ('a', 'b')`),
          counter(tx, 'a'),
          tx.rows(`SELECT id FROM counters WHERE id = 'nobody'`),
          tx.insertNew('counters', [{ id: 'a', value: 9 }]),
          tx.rows<{ id: string }>('SELECT id FROM counters ORDER BY id'),
        ]),
      );
      expect(answers).toEqual([1, 1, 2, 2, [], 0, [{ id: 'a' }, { id: 'b' }]]);
    });

    it('that are more than one query takes still run in order', async () => {
      const many = 70_000;
      const list = new Array<string>(many / 5).fill('?').join(',');
      const ids = new Array<string>(many / 5).fill('a');
      const values = await db.transaction((tx) =>
        Promise.all(
          [1, 2, 3, 4, 5].flatMap((value) => [
            setCounter(tx, 'a', value),
            tx.row<{ value: number }>(`SELECT value FROM counters WHERE id IN (${list})`, ids),
          ]),
        ),
      );
      expect(values.filter((_, i) => i % 2 === 1)).toEqual(
        [1, 2, 3, 4, 5].map((value) => ({ value })),
      );
    });

    it('that are asked for at once leave nothing when one of them fails', async () => {
      const doomed = db.transaction((tx) =>
        Promise.all([
          setCounter(tx, 'a', 1),
          tx.insert('counters', [{ id: 'a', value: 5 }]),
          setCounter(tx, 'b', 1),
        ]),
      );
      expect(await doomed.then(() => undefined, isDuplicateKey)).toBe(true);
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 0]);
    });

    it('that go with the commit run last, in order, and nobody sees them before', async () => {
      await db.transaction(async (tx) => {
        await tx.atCommit.execute('UPDATE counters SET value = value * 10 WHERE id = ?', ['a']);
        await tx.atCommit.execute(`UPDATE counters SET value = value + 1 WHERE id = 'a'`);
        await tx.atCommit.insert('counters', [{ id: 'late', value: 7 }]);
        await setCounter(tx, 'a', 2);
        expect(await counter(tx, 'a')).toBe(2);
        expect(await counter(tx, 'late')).toBeUndefined();
      });
      expect([await counter(db.read, 'a'), await counter(db.read, 'late')]).toEqual([21, 7]);
    });

    it('that go with the commit are the whole of a transaction that asks for nothing else', async () => {
      await db.transaction((tx) => tx.atCommit.execute(`UPDATE counters SET value = 4`));
      expect(await counter(db.read, 'b')).toBe(4);
    });

    it('that go with the commit undo everything when one of them fails', async () => {
      const told: string[] = [];
      const doomed = db.transaction(async (tx) => {
        tx.afterCommit(() => told.push('never'));
        await setCounter(tx, 'a', 1);
        await tx.atCommit.execute(`UPDATE counters SET value = 2 WHERE id = 'b'`);
        await tx.atCommit.insert('counters', [{ id: 'a', value: 5 }]);
      });
      expect(await doomed.then(() => undefined, isDuplicateKey)).toBe(true);
      expect(told).toEqual([]);
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 0]);
      await db.transaction((tx) => setCounter(tx, 'a', 3));
      expect(await counter(db.read, 'a')).toBe(3);
    });

    it('that go with the commit of a work that throws are never run', async () => {
      const doomed = db.transaction(async (tx) => {
        await tx.atCommit.execute('UPDATE counters SET value = 9');
        throw new Error('changed its mind');
      });
      await expect(doomed).rejects.toThrow('changed its mind');
      expect(await counter(db.read, 'a')).toBe(0);
    });

    it('are not kept for a commit that is over', async () => {
      const tx = await db.transaction(async (mine) => mine);
      await expect(tx.atCommit.execute('UPDATE counters SET value = 9')).rejects.toThrow(
        /transaction is over/,
      );
    });
  },
  noTables,
);
