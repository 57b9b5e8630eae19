import { loadConfig } from '../../common/config.ts';
import { openDatabase, type Schema } from '../../grpc/db/index.ts';

/** For `startMariaDb`: its database has all migrations already. */
export const migratedMariaDb = {
  name: 'migrated',
  fill: (url: string) => migrateAt({ DATABASE_URL: url }),
};

/** Makes a SQLite database with all migrations in a folder. */
export function migrateSqlite(dir: string): Promise<void> {
  return migrateAt({ DATA_DIR: dir });
}

async function migrateAt(place: Readonly<Record<string, string>>): Promise<void> {
  const config = loadConfig({ ONAIR_ENV: 'test', ...place });
  const database = await openDatabase(config, await wholeSchema());
  await database.close();
}

/** Loaded only where it is needed: a suite of one part should not depend on all the others. */
export async function wholeSchema(): Promise<Schema> {
  return (await import('../../grpc/schema.ts')).schema;
}
