import { readdirSync } from 'node:fs';
import { loadConfig } from '../../common/config.ts';
import { describeWith } from '../../test/kit/describe-with.ts';
import { type MariaDb, startMariaDb } from '../../test/kit/mariadb.ts';
import { createMarket, orderOf } from '../../test/kit/market.ts';
import { startNode } from '../../test/kit/node.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { type Database, openDatabase } from '../db/index.ts';
import { schema } from '../schema.ts';

let dir: string;
beforeEach(() => {
  dir = makeTempDir('verify');
});
afterEach(() => removeTempDir(dir));

/** Runs the command as an operator does, and answers how it ended and what it said. */
async function verify(...args: string[]): Promise<{ code: number | null; said: string[] }> {
  const logs = makeTempDir('verify-log');
  const options = { name: 'verify', file: 'grpc/audits/command.ts', args, dir: logs };
  const child = await startNode(options);
  const { code } = await child.exited;
  const said = child.log().trim().split('\n');
  await removeTempDir(logs);
  return { code, said };
}

/** Guarantees of the command, given a database and the options that lead to it. */
function defineSuite(locate: () => Promise<{ env: Record<string, string>; args: string[] }>): void {
  let db: Database;
  let args: string[];
  let skuId: string;

  beforeEach(async () => {
    const place = await locate();
    args = place.args;
    db = await openDatabase(loadConfig({ ONAIR_ENV: 'test', ...place.env }), schema);
    const market = createMarket(db);
    const goods = await market.stockGoods(10);
    skuId = goods.skuId;
    await market.orders.placeOrder(orderOf(await market.goLive([goods]), [goods]));
  });
  afterEach(() => db.close());

  const run = (sql: string) => db.transaction((tx) => tx.execute(sql));

  it('exits with 0 when the books agree, and says so', async () => {
    expect(await verify(...args)).toEqual({ code: 0, said: ['the books agree'] });
  });

  it('exits with 1 when a row was tampered with, and names it', async () => {
    await run(`UPDATE stock SET received = received + 1 WHERE skuId = '${skuId}'`);
    const { code, said } = await verify(...args);
    expect(code).toBe(1);
    expect(said).toEqual([
      `${skuId}: received is 11, journal says 10`,
      `${skuId}: the stock equation does not hold`,
      '2 differences',
    ]);
  });

  it('counts points that sum to something as a difference', async () => {
    const sealed = { id: 'issuance', posted: 5, pendingOut: 0 };
    await db.transaction((tx) => tx.insert('point_accounts', [sealed]));
    const { code, said } = await verify(...args);
    expect(code).toBe(1);
    expect(said).toContain('points sum to 5, not to zero');
    expect(said.at(-1)).toBe(`${said.length - 1} differences`);
  });
}

describe('npm run verify, on SQLite', () => {
  defineSuite(async () => ({ env: { DATA_DIR: dir }, args: ['--data-dir', dir] }));
});

describe('npm run verify, without a database', () => {
  it('exits with 2 where there is no database, and makes none', async () => {
    const { code, said } = await verify('--data-dir', dir);
    expect({ code, said }).toEqual({ code: 2, said: [`there is no database in ${dir}`] });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describeWith(['mariadb'], 'npm run verify, on MariaDB', () => {
  let server: MariaDb;
  let databases = 0;
  beforeAll(async () => {
    server = await startMariaDb();
  }, 60_000);
  afterAll(() => server.stop());

  defineSuite(async () => {
    databases += 1;
    const url = await server.createDatabase(`books${databases}`);
    return { env: { DATABASE_URL: url }, args: ['--database-url', url] };
  });

  it('exits with 2 where nothing can be read', async () => {
    const missing = server.url.replace('/onair', '/nowhere');
    expect((await verify('--database-url', missing)).code).toBe(2);
    const empty = await server.createDatabase('empty');
    expect((await verify('--database-url', empty)).code).toBe(2);
  });
});
