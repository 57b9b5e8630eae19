import libsql from 'libsql';
import { DataSource } from 'typeorm';
import { bindByPosition } from './bind-by-position.ts';
import type { Database, Schema } from './database.ts';
import { sqlite } from './dialect.ts';
import { createMutex } from './mutex.ts';
import { createTransaction, runSqliteTransaction } from './run-transaction.ts';
import { createReader } from './tx.ts';

/**
 * SQLite has one connection for writing, so transactions take turns on it; reads outside of a
 * transaction have a connection of their own, so that they never see what is not committed.
 */
export async function openSqlite(file: string, schema: Schema): Promise<Database> {
  const source = await connect(file, schema, ['busy_timeout = 5000', 'synchronous = FULL']);
  const readSource = await connect(file, schema, ['busy_timeout = 5000', 'query_only = ON']);
  const turns = createMutex();
  const read = createReader(sqlite, (sql, parameters) => readSource.query(sql, parameters));
  return {
    source,
    transaction: createTransaction((work) => turns.run(() => runSqliteTransaction(source, work))),
    read,
    primary: read,
    close: () =>
      turns.run(async () => {
        await source.destroy();
        await readSource.destroy();
      }),
  };
}

async function connect(
  file: string,
  schema: Schema,
  pragmas: readonly string[],
): Promise<DataSource> {
  const source = new DataSource({
    type: 'better-sqlite3',
    database: file,
    driver: libsql,
    enableWAL: true,
    prepareDatabase: (connection: InstanceType<typeof libsql>) => {
      bindByPosition(connection);
      for (const pragma of pragmas) connection.pragma(pragma);
    },
    ...schema,
  });
  return source.initialize();
}
