import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../common/config.ts';
import { type Database, openDatabase, type Schema } from '../../grpc/db/index.ts';
import { describeWith } from './describe-with.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';
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
      async locate() {
        const dir = makeTempDir('sqlite');
        dirs.push(dir);
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
      async locate() {
        const { createDatabase } = await startServer();
        return { DATABASE_URL: await createDatabase(`t${randomBytes(6).toString('hex')}`) };
      },
    });
  });
}

let server: Promise<MariaDb> | undefined;

function startServer(): Promise<MariaDb> {
  // Suites that open a database for each test keep them all until their end.
  server ??= startMariaDb({ args: ['--max-connections=2000'] });
  return server;
}

async function stopServer(): Promise<void> {
  const running = server;
  server = undefined;
  await (await running)?.stop();
}

interface Place {
  /** Where a new database is, as settings. */
  locate(): Promise<Record<string, string>>;
  stop?(): Promise<void>;
}

function defineWith(define: Define, schema: Schema | undefined, place: Place): void {
  const opened: Database[] = [];
  define(async (settings = {}) => {
    const env = { ONAIR_ENV: 'test', ...(await place.locate()), ...settings };
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

/** Loaded only where it is needed: a suite of one part should not depend on all the others. */
async function wholeSchema(): Promise<Schema> {
  return (await import('../../grpc/schema.ts')).schema;
}
