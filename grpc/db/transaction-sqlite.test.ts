import libsql from 'libsql';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import {
  addToCounter,
  counter,
  createCounters,
  noTables,
  resetCounters,
  setCounter,
} from './fixtures/counters.ts';
import type { Database } from './index.ts';

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describeOnSqlite(
  'transactions of one file',
  (open) => {
    let db: Database;
    let file: string;
    beforeAll(async () => {
      db = await open();
      const { database } = db.source.options;
      if (typeof database !== 'string') throw new Error('no file');
      file = database;
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('take turns, in the order they came', async () => {
      const steps: string[] = [];
      await Promise.all(
        ['first', 'second', 'third'].map((name) =>
          db.transaction(async (tx) => {
            steps.push(`${name} begins`);
            await addToCounter(tx, 'a', 1);
            await nextTurn();
            await addToCounter(tx, 'a', 1);
            steps.push(`${name} ends`);
          }),
        ),
      );
      expect(steps).toEqual(
        ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
      );
    });

    it('let readers read while they run', async () => {
      const release = Promise.withResolvers<void>();
      const slow = db.transaction(async (tx) => {
        await setCounter(tx, 'a', 1);
        await release.promise;
      });
      expect(await counter(db.read, 'a')).toBe(0);
      release.resolve();
      await slow;
      expect(await counter(db.read, 'a')).toBe(1);
    });

    it('are durable: the file is synced at each commit, in WAL mode', async () => {
      expect(await db.source.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
      expect(await db.source.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    });

    it('are the only way to write: the connection for reading refuses to', async () => {
      await expect(db.read.rows('DELETE FROM counters')).rejects.toThrow(/readonly/);
    });

    it('leave the connection outside of any transaction, committed or not', async () => {
      await db.transaction((tx) => setCounter(tx, 'a', 1));
      await db.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
      // It would refuse to begin inside of another one.
      await db.source.query('BEGIN');
      await db.source.query('ROLLBACK');
      expect(db.source.createQueryRunner().isTransactionActive).toBe(false);
    });

    it('hold no reader back from letting the log of changes be emptied', async () => {
      await db.transaction((tx) => setCounter(tx, 'a', 1));
      await db.read.rows('SELECT * FROM counters');
      const [log] = await db.source.query('PRAGMA wal_checkpoint(TRUNCATE)');
      expect(log).toMatchObject({ busy: 0 });
    });

    it('wait for another process that has the write lock, and then run', async () => {
      await db.source.query('PRAGMA busy_timeout = 0');
      const other = new libsql(file);
      other.exec(`BEGIN IMMEDIATE; UPDATE counters SET value = 5 WHERE id = 'a'`);
      const waiting = db.transaction((tx) => addToCounter(tx, 'a', 1));
      await nextTurn();
      other.exec('COMMIT');
      await waiting;
      other.close();
      expect(await counter(db.read, 'a')).toBe(6);
    });

    it('are tried six times, then their caller hears UNAVAILABLE; the next one runs', async () => {
      await db.source.query('PRAGMA busy_timeout = 0');
      const other = new libsql(file);
      other.exec('BEGIN IMMEDIATE');
      let runs = 0;
      const refused = db.transaction(async () => {
        runs += 1;
      });
      await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      other.exec('ROLLBACK');
      other.close();
      expect(runs).toBe(0);
      await db.transaction((tx) => setCounter(tx, 'a', 2));
      expect(await counter(db.read, 'a')).toBe(2);
    });
  },
  noTables,
);
