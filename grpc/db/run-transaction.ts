import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { DomainError } from '../../common/errors/index.ts';
import { isConnectionLost, isLockConflict } from './database-errors.ts';
import { mariadb, sqlite } from './dialect.ts';
import { createTx, type Tx } from './tx.ts';

/** Times that a transaction is tried before its lock conflict reaches the caller. */
const maxAttempts = 6;

type Work<Result> = (tx: Tx) => Promise<Result>;

/** Runs work in a MariaDB transaction at READ COMMITTED, again when it loses a deadlock. */
export async function runMariaDbTransaction<Result>(
  source: DataSource,
  work: Work<Result>,
): Promise<Result> {
  return retrying(async () => {
    const runner = source.createQueryRunner('master');
    try {
      await runner.startTransaction();
      const effects: (() => void)[] = [];
      const result = await attempt(runner, work(createTx(runner, mariadb, effects)), () =>
        runner.commitTransaction(),
      );
      return { result, effects };
    } finally {
      await runner.release();
    }
  });
}

/** Runs work in a SQLite transaction that has the write lock from its first statement. */
export async function runSqliteTransaction<Result>(
  source: DataSource,
  work: Work<Result>,
): Promise<Result> {
  return retrying(async () => {
    const runner = source.createQueryRunner();
    await runner.query('BEGIN IMMEDIATE');
    // TypeORM would otherwise open a transaction of its own around some of its statements.
    setActive(runner, true);
    const effects: (() => void)[] = [];
    const result = await attempt(runner, work(createTx(runner, sqlite, effects)), async () => {
      await runner.query('COMMIT');
      setActive(runner, false);
    });
    return { result, effects };
  });
}

async function attempt<Result>(
  runner: QueryRunner,
  work: Promise<Result>,
  commit: () => Promise<void>,
): Promise<Result> {
  try {
    const result = await work;
    await commit();
    return result;
  } catch (error) {
    await rollback(runner);
    throw error;
  }
}

/** The first error is the one that matters; a failed rollback means the connection is gone. */
async function rollback(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
  } finally {
    setActive(runner, false);
  }
}

function setActive(runner: QueryRunner, active: boolean): void {
  Object.assign(runner, { isTransactionActive: active, transactionDepth: 0 });
}

interface Committed<Result> {
  readonly result: Result;
  readonly effects: readonly (() => void)[];
}

async function retrying<Result>(once: () => Promise<Committed<Result>>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { result, effects } = await once();
      for (const effect of effects) effect();
      return result;
    } catch (error) {
      if (isConnectionLost(error)) {
        throw new DomainError('UNAVAILABLE', 'the database is away');
      }
      if (!isLockConflict(error) || tries === maxAttempts) throw error;
      // Jitter, so that those who met once don't meet again.
      await delay(2 ** tries * Math.random());
    }
  }
}
