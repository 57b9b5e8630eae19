import { join } from 'node:path';
import type { Config } from '../../common/config.ts';
import type { Database, Schema } from './database.ts';
import { migrate } from './migrate.ts';
import { openMariaDb } from './open-mariadb.ts';
import { openSqlite } from './open-sqlite.ts';

/** Opens MariaDB if DATABASE_URL is set, else the SQLite file of the data folder. */
export async function openDatabase(config: Config, schema: Schema): Promise<Database> {
  const database =
    config.DATABASE_URL === undefined
      ? await openSqlite(join(config.DATA_DIR, 'onair.db'), schema)
      : await openMariaDb(config.DATABASE_URL, config, schema);
  try {
    if (config.DATABASE_MIGRATE) await migrate(database.source);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
