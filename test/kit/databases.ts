import { randomBytes } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { loadConfig } from '../../common/config.ts';
import { type Database, openDatabase, type Schema } from '../../grpc/db/index.ts';
import { describeWith } from './describe-with.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { migratedMariaDb, migrateSqlite, wholeSchema } from './migrated.ts';
import { onceInRun } from './once-in-run.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/**
 * Opens a database of its own, with all migrations run; for a beforeAll or a test. It is closed
 * when the suite ends.
 *
 * @param settings more of the environment, as `{ DATABASE_POOL: '3' }`.
 */
export type OpenDatabase = (settings?: Readonly<Record<string, string>>) => Promise<Database>;

type Define = (open: OpenDatabase) => void;

/**
 * A suite whose guarantees hold on both databases: runs on SQLite, and on a private MariaDB.
 *
 * @param schema instead of that of all domains.
 */
export function describeOnBothDatabases(name: string, define: Define, schema?: Schema): void {
  describeOnSqlite(name, define, schema);
  describeOnMariaDb(name, define, schema);
}

/** A suite on SQLite alone. */
export function describeOnSqlite(name: string, define: Define, schema?: Schema): void {
  describe(`${name}, on SQLite`, () => {
    const dirs: string[] = [];
    defineWith(define, schema, {
      async locate(empty) {
        const dir = makeTempDir('sqlite');
        dirs.push(dir);
        const migrated = empty ? undefined : await onceInRun('sqlite-migrated', migrateSqlite);
        if (migrated !== undefined) await cp(migrated, dir, { recursive: true });
        return { DATA_DIR: dir };
      },
      async stop() {
        await Promise.all(dirs.map(removeTempDir));
      },
    });
  });
}

/** A suite on MariaDB alone, which `open` makes one more database on each time. */
export function describeOnMariaDb(name: string, define: Define, schema?: Schema): void {
  // Of the block around the suite, so that the suites of a file share a server.
  afterAll(stopServer);
  describeWith(['mariadb'], `${name}, on MariaDB`, () => {
    defineWith(define, schema, {
      async locate(empty) {
        const { url, createDatabase } = await startServer();
        const name = `t${randomBytes(6).toString('hex')}`;
        if (empty || taken) return { DATABASE_URL: await createDatabase(name) };
        taken = true;
        return { DATABASE_URL: url };
      },
    });
  });
}

let server: Promise<MariaDb> | undefined;
/** Whether its first database is in use, the one that has all migrations from the start. */
let taken = false;

function startServer(): Promise<MariaDb> {
  // Suites that open a database for each test keep them all until their end.
  server ??= startMariaDb({ args: ['--max-connections=2000'], filledBy: migratedMariaDb });
  return server;
}

async function stopServer(): Promise<void> {
  const running = server;
  server = undefined;
  taken = false;
  await (await running)?.stop();
}

interface Place {
  /** Where a new database is, as settings: empty, or it may have all migrations already. */
  locate(empty: boolean): Promise<Record<string, string>>;
  stop?(): Promise<void>;
}

function defineWith(define: Define, schema: Schema | undefined, place: Place): void {
  const opened: Database[] = [];
  define(async (settings = {}) => {
    const empty = schema !== undefined || settings.DATABASE_MIGRATE === 'false';
    const env = { ONAIR_ENV: 'test', ...(await place.locate(empty)), ...settings };
    const db = await openDatabase(loadConfig(env), schema ?? (await wholeSchema()));
    opened.push(db);
    return db;
  });
  // After `define`, so that the suite's own hooks still have their database.
  afterAll(async () => {
    await Promise.all(opened.map((db) => db.close()));
    await place.stop?.();
  });
}
