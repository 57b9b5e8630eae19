import { loadConfig } from '../../common/config.ts';
import { type Database, openDatabase } from '../../grpc/db/index.ts';
import { schema } from '../../grpc/schema.ts';
import type { Onair } from './onair.ts';

/** Lets work be done in the database of a running platform, beside its processes. */
export async function openBeside(
  { dataDir, databaseUrl }: Pick<Onair, 'dataDir' | 'databaseUrl'>,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: dataDir,
    DATABASE_MIGRATE: 'false',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  });
  const database = await openDatabase(config, schema);
  try {
    await work(database);
  } finally {
    await database.close();
  }
}
