import mysql from 'mysql2';
import { DataSource } from 'typeorm';
import type { Config } from '../../common/config.ts';
import type { Database, Schema } from './database.ts';
import { isConnectionLost, toRefusal } from './database-errors.ts';
import { mariadb } from './dialect.ts';
import { createTransaction, runMariaDbTransaction } from './run-transaction.ts';
import { createReader, type Reader } from './tx.ts';

/**
 * Opens MariaDB. Reads outside of transactions have connections of their own: if transactions that
 * hold all the connections were waiting for one to read with, none of them would ever end.
 */
export async function openMariaDb(url: string, config: Config, schema: Schema): Promise<Database> {
  const source = await connect(url, config, schema, { multipleStatements: true });
  const primary = await connect(url, config, schema);
  const replicaUrl = config.DATABASE_READ_URL;
  const replica = replicaUrl === undefined ? primary : await connect(replicaUrl, config, schema);
  return {
    source,
    transaction: createTransaction((work, options) => runMariaDbTransaction(source, work, options)),
    read: readerOf(replica),
    primary: readerOf(primary),
    async close() {
      await Promise.all([...new Set([source, primary, replica])].map((each) => each.destroy()));
    },
  };
}

async function connect(
  url: string,
  config: Config,
  schema: Schema,
  more: Pick<mysql.PoolOptions, 'multipleStatements'> = {},
): Promise<DataSource> {
  const source = new DataSource({
    type: 'mariadb',
    driver: { ...mysql, createPool: createSessionPool },
    url,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize: config.DATABASE_POOL,
    extra: {
      ...{ decimalNumbers: true, maxIdle: config.DATABASE_POOL },
      ...{ enableKeepAlive: true, keepAliveInitialDelay: keepAliveDelayMs },
      ...more,
    },
    ...schema,
  });
  return source.initialize();
}

function readerOf(source: DataSource): Reader {
  return createReader(mariadb, async (sql, parameters) => {
    try {
      return await source.query(sql, parameters);
    } catch (error) {
      throw toRefusal(error);
    }
  });
}

/**
 * Seconds that a statement waits for a locked row: less than callers wait for their answers, so
 * that a batch which meets one can still serve the others in time.
 */
const lockWaitSeconds = 3;

/**
 * Seconds in which a transaction must go on. The server ends those of a process that is gone or
 * frozen, and with them their locks.
 */
const idleTransactionSeconds = 10;

/** Milliseconds after which a silent connection is probed, so that a host that vanished is noticed. */
const keepAliveDelayMs = 10_000;

/**
 * READ COMMITTED: a statement sees what is committed when it runs, so that rows read after a lock
 * was waited for are current; and there are no gap locks to fight over. Set once a connection, not
 * once a transaction, to save a round trip.
 */
const sessionSettings = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION innodb_lock_wait_timeout = ${lockWaitSeconds}, SESSION sql_mode = 'STRICT_ALL_TABLES',
   SESSION idle_transaction_timeout = ${idleTransactionSeconds}`,
];

function createSessionPool(options: mysql.PoolOptions): mysql.Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    // Whoever uses the connection hears of its end by their own statement; without a listener the
    // event would end the process.
    connection.on('error', () => undefined);
    for (const sql of sessionSettings) {
      connection.query(sql, (error) => {
        if (!error) return;
        // Not with other settings than these.
        connection.destroy();
        if (!isConnectionLost(error)) process.emitWarning(`refused ${sql}: ${error.message}`);
      });
    }
  });
  return pool;
}
