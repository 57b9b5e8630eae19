import { describeOnMariaDb } from '../../test/kit/databases.ts';
import { until } from '../../test/kit/until.ts';
import { isLockConflict } from './database-errors.ts';
import {
  addToCounter,
  counter,
  createCounters,
  noTables,
  resetCounters,
  setCounter,
} from './fixtures/counters.ts';
import type { Database, Tx } from './index.ts';

/** Resolves for all who wait once `count` of them do. */
function meeting(count: number): () => Promise<void> {
  const everyone = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === count) everyone.resolve();
    return everyone.promise;
  };
}

/** A transaction that locks `first`, then `second` once its rival has its own first lock. */
function crossing(db: Database, first: string, second: string, meet: () => Promise<void>) {
  const told: string[] = [];
  let tries = 0;
  const done = db.transaction(async (tx) => {
    tries += 1;
    tx.afterCommit(() => told.push(first));
    await addToCounter(tx, first, 1);
    if (tries === 1) await meet();
    await addToCounter(tx, second, 1);
  });
  return { done, told, tries: () => tries };
}

const connectionId = async (tx: Tx) =>
  (await tx.row<{ id: number }>('SELECT CONNECTION_ID() AS id'))?.id ?? 0;

/** The connection that sleeps in a statement, once it does. */
function sleeper(db: Database): Promise<number> {
  return until('a statement sleeps', async () => {
    const row = await db.primary.row<{ id: number }>(
      `SELECT id FROM information_schema.processlist
       WHERE info = 'SELECT SLEEP(60)' AND db = DATABASE()`,
    );
    return row?.id;
  });
}

describeOnMariaDb(
  'transactions of many connections',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open({ DATABASE_POOL: '4' });
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('each run at READ COMMITTED, in strict mode, with bounded waits for locks and for their own end', async () => {
      const meet = meeting(4);
      const settings = await Promise.all(
        Array.from({ length: 4 }, () =>
          db.transaction(async (tx) => {
            await meet();
            return tx.row(`SELECT CONNECTION_ID() AS id, @@tx_isolation AS isolation,
              @@innodb_lock_wait_timeout AS waitSeconds,
              @@idle_transaction_timeout AS idleSeconds, @@sql_mode AS mode`);
          }),
        ),
      );
      const expected = {
        ...{ isolation: 'READ-COMMITTED', mode: 'STRICT_ALL_TABLES' },
        ...{ waitSeconds: 3, idleSeconds: 10 },
      };
      expect(settings).toEqual(
        new Array(4).fill(expect.objectContaining({ ...expected, id: expect.any(Number) })),
      );
      expect(new Set(settings.map((row) => JSON.stringify(row))).size).toBe(4);
    });

    it('see what others commit between two of their statements', async () => {
      const seen = await db.transaction(async (tx) => {
        const before = await counter(tx, 'a');
        // On another connection of the pool, as another process would.
        await db.source.query(`UPDATE counters SET value = 7 WHERE id = 'a'`);
        return [before, await counter(tx, 'a')];
      });
      expect(seen).toEqual([0, 7]);
    });

    it('commit both, each once, when they lock the same rows in opposite orders', async () => {
      for (let round = 1; round <= 5; round += 1) {
        const meet = meeting(2);
        const rivals = [crossing(db, 'a', 'b', meet), crossing(db, 'b', 'a', meet)];
        await Promise.all(rivals.map((rival) => rival.done));
        // One of them was chosen to give way, and had another try.
        expect(rivals.map((rival) => rival.tries()).sort()).toEqual([1, 2]);
        expect(rivals.map((rival) => rival.told)).toEqual([['a'], ['b']]);
        expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([
          2 * round,
          2 * round,
        ]);
      }
    });

    it('keep nothing of a work that goes on after it lost a deadlock', async () => {
      const meet = meeting(2);
      const swallowed: unknown[] = [];
      const stubborn = async (first: string, second: string) => {
        let tries = 0;
        await db.transaction(async (tx) => {
          tries += 1;
          await addToCounter(tx, first, 1);
          if (tries === 1) await meet();
          await addToCounter(tx, second, 1).catch((error: unknown) => swallowed.push(error));
          await addToCounter(tx, first, 10).catch((error: unknown) => swallowed.push(error));
        });
      };
      await Promise.all([stubborn('a', 'b'), stubborn('b', 'a')]);
      // The deadlock, and the statement after it, which would have committed by itself.
      expect(swallowed.map(isLockConflict)).toEqual([true, true]);
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([12, 12]);
    });

    it('are tried six times, then their caller hears UNAVAILABLE', async () => {
      let tries = 0;
      const unlucky = db.transaction(async (tx) => {
        tries += 1;
        await setCounter(tx, 'b', tries);
        // What InnoDB says to the loser of a deadlock.
        await tx.execute(`SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213`);
      });
      await expect(unlucky).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(tries).toBe(6);
      expect(await counter(db.read, 'b')).toBe(0);
    });

    it('are UNAVAILABLE after one wait, and undone, when others keep what they need', async () => {
      const locked = Promise.withResolvers<void>();
      const release = Promise.withResolvers<void>();
      const holder = db.transaction(async (tx) => {
        await setCounter(tx, 'a', 1);
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      let tries = 0;
      const waiter = db.transaction(
        async (tx) => {
          tries += 1;
          await setCounter(tx, 'b', tries);
          await setCounter(tx, 'a', 2);
        },
        { lockWaitSeconds: 0 },
      );
      await expect(waiter).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        details: { retryAfterMs: expect.any(String) },
      });
      release.resolve();
      await holder;
      expect(tries).toBe(1);
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([1, 0]);
    });
  },
  noTables,
);

describeOnMariaDb(
  'a transaction with a single connection',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open({ DATABASE_POOL: '1' });
      await createCounters(db);
    });
    beforeEach(() => resetCounters(db));

    it('may read outside of itself, however many wait for their turn', async () => {
      await Promise.all(
        Array.from({ length: 20 }, () =>
          db.transaction(async (tx) => {
            await counter(db.read, 'a');
            await counter(db.primary, 'a');
            await addToCounter(tx, 'a', 1);
          }),
        ),
      );
      expect(await counter(db.read, 'a')).toBe(20);
    });

    it('is rolled back, and its connection good for the next, when a statement is interrupted', async () => {
      const interrupted = db.transaction(async (tx) => {
        await setCounter(tx, 'a', 1);
        const asleep = tx.rows('SELECT SLEEP(60)');
        await db.primary.rows(`KILL QUERY ${await sleeper(db)}`);
        return asleep;
      });
      await expect(interrupted).rejects.toThrow(/interrupted/);
      await db.transaction((tx) => addToCounter(tx, 'b', 1));
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 1]);
    });

    it('is UNAVAILABLE and rolled back when its connection is killed; the next gets another', async () => {
      const killed: number[] = [];
      const doomed = db.transaction(async (tx) => {
        killed.push(await connectionId(tx));
        await setCounter(tx, 'a', 1);
        const asleep = tx.rows('SELECT SLEEP(60)');
        await db.primary.rows(`KILL CONNECTION ${await sleeper(db)}`);
        await asleep;
      });
      await expect(doomed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await db.transaction(async (tx) => {
        expect(killed).not.toContain(await connectionId(tx));
        expect(await counter(tx, 'a')).toBe(0);
        await setCounter(tx, 'a', 2);
      });
      expect(await counter(db.read, 'a')).toBe(2);
    });

    it('is UNAVAILABLE when the connection died between two statements', async () => {
      const doomed = db.transaction(async (tx) => {
        await setCounter(tx, 'a', 1);
        await db.primary.rows(`KILL CONNECTION ${await connectionId(tx)}`);
        await setCounter(tx, 'b', 1);
      });
      await expect(doomed).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect([await counter(db.read, 'a'), await counter(db.read, 'b')]).toEqual([0, 0]);
      await db.transaction((tx) => setCounter(tx, 'a', 3));
      expect(await counter(db.read, 'a')).toBe(3);
    });
  },
  noTables,
);
