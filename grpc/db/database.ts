import { join } from 'node:path';
import libsql from 'libsql';
import mysql from 'mysql2';
import { DataSource, type MigrationInterface, type MixedList } from 'typeorm';
import type { Config } from '../../common/config.ts';
import { mariadb, sqlite } from './dialect.ts';
import { createMutex } from './mutex.ts';
import { runMariaDbTransaction, runSqliteTransaction } from './run-transaction.ts';
import { createReader, type Reader, type SqlValue, type Tx } from './tx.ts';

/** The database, as the domains see it. */
export interface Database {
  /**
   * Runs `work` in one transaction and commits it; rolls back if it throws. `work` may be run
   * again when the transaction loses a fight over locks, so it must have no effect outside of the
   * transaction but through `afterCommit`. Transactions don't nest.
   * @throws whatever `work` throws; DomainError UNAVAILABLE when the database went away, and then
   *   the transaction may have been committed
   */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** Reads committed rows outside of any transaction; from the replica if there is one. */
  readonly read: Reader;
  /** The writing source, for migrations and schema checks. */
  readonly source: DataSource;
  close(): Promise<void>;
}

/** What the database holds. */
export interface Schema {
  readonly entities: MixedList<new () => object>;
  readonly migrations: MixedList<new () => MigrationInterface>;
}

/** Opens MariaDB if DATABASE_URL is set, else the SQLite file of the data folder. */
export async function openDatabase(config: Config, schema: Schema): Promise<Database> {
  const database =
    config.DATABASE_URL === undefined
      ? await openSqlite(join(config.DATA_DIR, 'onair.db'), schema)
      : await openMariaDb(config.DATABASE_URL, config, schema);
  if (config.DATABASE_MIGRATE) await migrate(database);
  return database;
}

/** Runs the migrations that are missing. Processes that start together wait for each other. */
async function migrate(database: Database): Promise<void> {
  const { source } = database;
  if (source.options.type === 'better-sqlite3') {
    await source.runMigrations({ transaction: 'each' });
    return;
  }
  const runner = source.createQueryRunner();
  try {
    await runner.query(`SELECT GET_LOCK('onair.migrations', 60)`);
    // MariaDB commits each schema statement by itself, so a transaction would promise too much.
    await source.runMigrations({ transaction: 'none' });
  } finally {
    await runner.query(`SELECT RELEASE_LOCK('onair.migrations')`);
    await runner.release();
  }
}

async function openMariaDb(url: string, config: Config, schema: Schema): Promise<Database> {
  const connect = async (target: string) => {
    const source = new DataSource({
      type: 'mariadb',
      driver: { ...mysql, createPool: createSessionPool },
      url: target,
      charset: 'utf8mb4',
      supportBigNumbers: true,
      bigNumberStrings: false,
      poolSize: config.DATABASE_POOL,
      extra: { decimalNumbers: true, maxIdle: config.DATABASE_POOL },
      ...schema,
    });
    await source.initialize();
    return source;
  };
  const source = await connect(url);
  const readSource =
    config.DATABASE_READ_URL === undefined ? source : await connect(config.DATABASE_READ_URL);
  return {
    source,
    transaction: (work) => runMariaDbTransaction(source, work),
    read: createReader(mariadb, (sql, parameters) => readSource.query(sql, parameters)),
    async close() {
      await source.destroy();
      if (readSource !== source) await readSource.destroy();
    },
  };
}

/**
 * READ COMMITTED: a statement sees what is committed when it runs, so that rows read after a lock
 * was waited for are current; and there are no gap locks to fight over. Set once a connection, not
 * once a transaction, to save a round trip.
 */
function createSessionPool(options: mysql.PoolOptions): mysql.Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    connection.query(
      `SET SESSION tx_isolation = 'READ-COMMITTED', SESSION innodb_lock_wait_timeout = 5,
       SESSION sql_mode = 'STRICT_ALL_TABLES'`,
    );
  });
  return pool;
}

/**
 * SQLite has one connection for writing, so transactions take turns on it; reads outside of a
 * transaction have a connection of their own, so that they never see what is not committed.
 */
async function openSqlite(file: string, schema: Schema): Promise<Database> {
  const connect = async (prepare: readonly string[]) => {
    const source = new DataSource({
      type: 'better-sqlite3',
      database: file,
      driver: libsql,
      enableWAL: true,
      prepareDatabase: (db: { pragma(sql: string): unknown }) => {
        for (const pragma of prepare) db.pragma(pragma);
      },
      ...schema,
    });
    await source.initialize();
    return source;
  };
  const source = await connect(['busy_timeout = 5000', 'synchronous = FULL']);
  const readSource = await connect(['busy_timeout = 5000', 'query_only = ON']);
  const turns = createMutex('transaction()');
  return {
    source,
    transaction: (work) => turns.run(() => runSqliteTransaction(source, work)),
    read: createReader(sqlite, (sql, parameters: SqlValue[]) => readSource.query(sql, parameters)),
    async close() {
      await turns.run(async () => {
        await source.destroy();
        await readSource.destroy();
      });
    },
  };
}
