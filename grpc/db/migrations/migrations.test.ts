import { dirname } from 'node:path';
import type { QueryRunner } from 'typeorm';
import { loadConfig } from '../../../common/config.ts';
import {
  describeOnBothDatabases,
  describeOnMariaDb,
  describeOnSqlite,
} from '../../../test/kit/databases.ts';
import { until } from '../../../test/kit/until.ts';
import { schema } from '../../schema.ts';
import { type Database, openDatabase } from '../index.ts';
import { JobsAndRequests1763770000001 } from './0001-jobs-and-requests.ts';

/** What TypeORM would change to make the tables what the entities say. */
async function differences(db: Database): Promise<string[]> {
  const log = await db.source.driver.createSchemaBuilder().log();
  return log.upQueries.map(({ query }) => query);
}

async function tables(db: Database): Promise<string[]> {
  const sql =
    db.read.dialect.name === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()';
  const rows = await db.primary.rows<{ name: string }>(sql);
  return rows.map((row) => row.name).sort();
}

const entityTables = (db: Database) => db.source.entityMetadatas.map((each) => each.tableName);

describeOnBothDatabases('the migrations', (open) => {
  it('make just what the entities say', async () => {
    const db = await open();
    expect(await differences(db)).toEqual([]);
    expect(await tables(db)).toEqual([...entityTables(db), 'migrations'].sort());
  });

  it('can be undone one by one, and done again', async () => {
    const db = await open();
    const before = await tables(db);
    for (const _ of schema.migrations) await db.source.undoLastMigration({ transaction: 'none' });
    expect(await tables(db)).toEqual(['migrations']);
    await db.source.runMigrations({ transaction: 'none' });
    expect(await tables(db)).toEqual(before);
    expect(await differences(db)).toEqual([]);
  });

  it('leave a database alone that has them, and one that is not to be migrated', async () => {
    const db = await open({ DATABASE_MIGRATE: 'false' });
    expect(await tables(db)).toEqual([]);
    const executed = await db.source.runMigrations({ transaction: 'none' });
    expect(executed).toHaveLength(schema.migrations.length);
    expect(await db.source.runMigrations({ transaction: 'none' })).toEqual([]);
  });

  it('have names that sort in the order they run', () => {
    const times = schema.migrations.map((migration) => migration.name.slice(-13));
    expect(times).toEqual([...new Set(times)].sort());
  });
});

describeOnMariaDb('migrating', (open) => {
  const urlOf = (db: Database) => {
    const { options } = db.source;
    if (options.type !== 'mariadb' || options.url === undefined) throw new Error('not on MariaDB');
    return options.url;
  };
  const start = (url: string, settings: Record<string, string> = {}) =>
    openDatabase(loadConfig({ ONAIR_ENV: 'test', DATABASE_URL: url, ...settings }), schema);

  it('is done once by processes that start together', async () => {
    const empty = await open({ DATABASE_MIGRATE: 'false' });
    const processes = await Promise.all([1, 2, 3].map(() => start(urlOf(empty))));
    const [row] = await empty.primary.rows('SELECT COUNT(*) AS count FROM migrations');
    expect(row).toEqual({ count: schema.migrations.length });
    expect(await differences(empty)).toEqual([]);
    await Promise.all(processes.map((process) => process.close()));
  });

  it('needs one connection only, and leaves no lock behind', async () => {
    const db = await open({ DATABASE_POOL: '1' });
    const again = await start(urlOf(db), { DATABASE_POOL: '1' });
    await again.close();
    const [row] = await db.primary.rows(`SELECT IS_FREE_LOCK('onair.migrations') AS free`);
    expect(row).toEqual({ free: 1 });
  });

  it('leaves no lock and no connection behind when a migration fails', async () => {
    const empty = await open({ DATABASE_MIGRATE: 'false' });
    class Broken1763770009999 {
      async up(): Promise<void> {
        throw new Error('no such column');
      }
      async down(): Promise<void> {
        throw new Error('never');
      }
    }
    const config = loadConfig({ ONAIR_ENV: 'test', DATABASE_URL: urlOf(empty) });
    const connections = async () => {
      const sql =
        'SELECT COUNT(*) AS count FROM information_schema.processlist WHERE db = DATABASE()';
      return (await empty.primary.row<{ count: number }>(sql))?.count;
    };
    const before = await connections();
    const failing = openDatabase(config, { entities: [], migrations: [Broken1763770009999] });
    await expect(failing).rejects.toThrow('no such column');
    await until('its connections are closed', async () => (await connections()) === before);
    const [row] = await empty.primary.rows(`SELECT IS_FREE_LOCK('onair.migrations') AS free`);
    expect(row).toEqual({ free: 1 });
  });

  it('makes tables that hold any language, whatever the database was made with', async () => {
    const db = await open({ DATABASE_MIGRATE: 'false' });
    await db.source.query('ALTER DATABASE CHARACTER SET latin1');
    const migrated = await start(urlOf(db));
    const columns = await db.primary.rows(
      `SELECT table_name, column_name, character_set_name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name <> 'migrations'
       AND character_set_name NOT IN ('ascii', 'utf8mb4')`,
    );
    expect(columns).toEqual([]);
    expect(await differences(migrated)).toEqual([]);
    await migrated.close();
  });
});

describeOnSqlite('migrating', (open) => {
  it('is done in a transaction: a migration that fails leaves nothing', async () => {
    const db = await open({ DATABASE_MIGRATE: 'false' });
    class HalfWay1763770009999 extends JobsAndRequests1763770000001 {
      override async up(runner: QueryRunner): Promise<void> {
        await super.up(runner);
        throw new Error('half way');
      }
    }
    const { database } = db.source.options;
    if (typeof database !== 'string') throw new Error('no file');
    const config = loadConfig({ ONAIR_ENV: 'test', DATA_DIR: dirname(database) });
    const failing = openDatabase(config, { entities: [], migrations: [HalfWay1763770009999] });
    await expect(failing).rejects.toThrow('half way');
    expect(await tables(db)).toEqual(['migrations']);
  });
});
