import { setTimeout as delay } from 'node:timers/promises';
import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Database, TransactionOptions } from './database.ts';
import { isLockConflict, toRefusal } from './database-errors.ts';
import { type Dialect, mariadb, sqlite } from './dialect.ts';
import { createNestingGuard } from './nesting.ts';
import { mariaDbRoute, sqliteRoute } from './routes.ts';
import { createStatements, type Route } from './statements.ts';
import { createTx, type Tx } from './tx.ts';

/** Times that a transaction is tried before its lock conflict is its caller's to wait out. */
const maxAttempts = 6;

type Work<Result> = (tx: Tx) => Promise<Result>;

/** What a committed transaction leaves behind. */
export interface Committed<Result> {
  readonly result: Result;
  readonly effects: readonly (() => void)[];
}

/** `Database.transaction` over what commits work on one of the databases. */
export function createTransaction(
  commit: <Result>(work: Work<Result>, options: TransactionOptions) => Promise<Committed<Result>>,
): Database['transaction'] {
  const guard = createNestingGuard('transaction()');
  return async (work, options = {}) => {
    const { result, effects } = await guard.run(() => commit(work, options));
    for (const effect of effects) runEffect(effect);
    return result;
  };
}

/** What is committed is not undone by a defect in what follows, so that is told as a warning. */
function runEffect(effect: () => void): void {
  try {
    effect();
  } catch (error) {
    const told = error instanceof Error ? error.stack : String(error);
    process.emitWarning(`what was to follow a commit failed: ${told}`);
  }
}

/** Runs work in a MariaDB transaction at READ COMMITTED, again when it loses a deadlock. */
export function runMariaDbTransaction<Result>(
  source: DataSource,
  work: Work<Result>,
  { lockWaitSeconds }: TransactionOptions,
): Promise<Committed<Result>> {
  return retrying(async () => {
    const runner = source.createQueryRunner('master');
    try {
      const connection: PoolConnection = await runner.connect();
      const route = mariaDbRoute(connection, lockWaitSeconds);
      return await attempt(route, mariadb, work, () => rollBackOrDrop(runner));
    } finally {
      await runner.release();
    }
  });
}

/** A connection whose transaction can't be ended must not go back to the pool. */
async function rollBackOrDrop(runner: QueryRunner): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch {
    const connection: PoolConnection = await runner.connect();
    connection.destroy();
  }
}

/** Runs work in a SQLite transaction that has the write lock from its first statement. */
export function runSqliteTransaction<Result>(
  source: DataSource,
  work: Work<Result>,
): Promise<Committed<Result>> {
  return retrying(async () => {
    const runner = source.createQueryRunner();
    await runner.query('BEGIN IMMEDIATE');
    return attempt(sqliteRoute(runner), sqlite, work, async () => {
      // SQLite has rolled back by itself after some errors, such as a full disk; then this fails.
      await runner.query('ROLLBACK').catch(() => undefined);
    });
  });
}

/** `rollBack` never rejects: the error that led to it is the one that matters. */
async function attempt<Result>(
  route: Route,
  dialect: Dialect,
  work: Work<Result>,
  rollBack: () => Promise<void>,
): Promise<Committed<Result>> {
  const statements = createStatements(route);
  const effects: (() => void)[] = [];
  try {
    const result = await work(createTx(statements, dialect, effects));
    await statements.commit();
    return { result, effects };
  } catch (error) {
    await statements.stop();
    await rollBack();
    throw error;
  }
}

async function retrying<Result>(once: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once();
    } catch (error) {
      if (!isLockConflict(error) || tries === maxAttempts) throw toRefusal(error);
      // Jitter, so that those who met once don't meet again.
      await delay(2 ** tries * Math.random());
    }
  }
}
