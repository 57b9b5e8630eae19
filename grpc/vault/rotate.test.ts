import { type Config, loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { describeOnBothDatabases, describeOnMariaDb } from '../../test/kit/databases.ts';
import { startNode } from '../../test/kit/node.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import type { Database } from '../db/index.ts';
import { type OpenedVault, openVault } from './index.ts';
import { createMasterKeys } from './master-keys/create-master-keys.ts';
import { rewrapDataKeys } from './rewrap.ts';
import { type RotateDeps, type Rotation, rotateDataKeys } from './rotate.ts';
import { activeDataKeys, countSealed, readDataKeys } from './store.ts';

const clock = { now: () => Date.now() };
const opened: OpenedVault[] = [];
afterEach(() => {
  for (const vault of opened.splice(0)) vault.close();
});

const newConfig = (more: Readonly<Record<string, string>> = {}) =>
  loadConfig({ ONAIR_ENV: 'test', DATA_DIR: makeTempDir('rotate'), ...more });

/** The vault as one more process has it. */
async function openOne(db: Database, config: Config): Promise<OpenedVault> {
  const vault = await openVault({ config, db, clock, log: silentLogger() });
  opened.push(vault);
  return vault;
}

/** Mails, whose rows are little more than sealed text. */
async function insertMails(db: Database, vault: OpenedVault, ids: readonly string[]) {
  const row = { userId: 'usr_1', template: 'x', createdAt: 0, expiresAt: 0, attempts: 0 };
  const rows = ids.map((id) => ({ id, sealed: vault.seal(`text of ${id}`, cellOf(id)), ...row }));
  await db.transaction((tx) =>
    tx.insert(
      'mails',
      rows.map((each) => ({ ...each, sentAt: null, lastError: null })),
    ),
  );
}

const cellOf = (id: string) => ({ table: 'mails', column: 'sealed', id });
const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `mal_${prefix}${String(i).padStart(5, '0')}`);

async function openAll(db: Database, vault: OpenedVault): Promise<number> {
  const rows = await db.primary.rows<{ id: string; sealed: string }>('SELECT * FROM mails');
  await vault.ready(...rows.map((row) => row.sealed));
  for (const { id, sealed } of rows) {
    expect(vault.open(sealed, cellOf(id))).toBe(`text of ${id}`);
  }
  return rows.length;
}

describeOnBothDatabases('rotating data keys', (open) => {
  let db: Database;
  let config: Config;
  let vault: OpenedVault;
  beforeEach(async () => {
    db = await open();
    config = newConfig();
    vault = await openOne(db, config);
  });
  const rotate = (more: Partial<RotateDeps> = {}): Promise<Rotation> =>
    rotateDataKeys({ db, clock, masterKeys: createMasterKeys(config), leadMs: 0, ...more });

  it('seals everything anew while others read and write, and retires the old key', async () => {
    await insertMails(db, vault, idsOf('A', 120));
    const [before] = await activeDataKeys(db.primary);
    const other = await openOne(db, config);
    const rotation = rotate({ leadMs: 200 });
    const writers = [vault, other].map(async (each, w) => {
      for (let i = 0; i < 10; i += 1) {
        await insertMails(db, each, idsOf(`${w}${String(i).padStart(2, '0')}`, 2));
        await openAll(db, each);
      }
    });
    const { keyId, retired, broken } = await rotation;
    await Promise.all(writers);
    expect(broken).toEqual([]);
    expect(await openAll(db, vault)).toBe(160);
    // Writers that had not heard of the key yet sealed with the old one; the next run takes those.
    const again = await rotate();
    expect([...retired, ...again.retired]).toContain(before?.id);
    expect(await countSealed(db, before?.id ?? '')).toBe(0);
    expect(await openAll(db, other)).toBe(160);
    expect(again.keyId === keyId).toBe(retired.length === 0);
  });

  it('goes on where it was cut short, with the same key', async () => {
    await insertMails(db, vault, idsOf('A', 50));
    const cut = new AbortController();
    let transactions = 0;
    const transaction: Database['transaction'] = (work) => {
      transactions += 1;
      if (transactions === 10) cut.abort();
      return db.transaction(work);
    };
    const first = await rotate({ db: { ...db, transaction }, signal: cut.signal });
    const { keyId, retired, resealed } = first;
    expect({ retired, resealed }).toEqual({ retired: [], resealed: 9 });
    expect(await openAll(db, vault)).toBe(50);
    expect(await rotate()).toMatchObject({ keyId, retired: [expect.any(String)], broken: [] });
    expect(await activeDataKeys(db.primary)).toHaveLength(1);
    expect(await openAll(db, vault)).toBe(50);
  });

  it('leaves what it can’t open as it is, says where, and keeps the key of it', async () => {
    await insertMails(db, vault, idsOf('A', 3));
    const [a, b] = await db.primary.rows<{ id: string; sealed: string }>(
      'SELECT * FROM mails ORDER BY id',
    );
    await db.transaction((tx) =>
      tx.execute('UPDATE mails SET sealed = ? WHERE id = ?', [a?.sealed ?? '', b?.id ?? '']),
    );
    const { broken, retired } = await rotate();
    expect(broken).toEqual(['mails.sealed mal_A00001']);
    expect(retired).toEqual([]);
  });

  it('another master key takes over once the data keys are wrapped by it', async () => {
    await insertMails(db, vault, idsOf('A', 3));
    const oldFile = `${config.DATA_DIR}/keys/master-key`;
    const next = newConfig();
    await expect(openOne(db, next)).rejects.toThrow('OLD_MASTER_KEY_FILE');
    const both = { ...next, OLD_MASTER_KEY_FILE: oldFile };
    expect(await openAll(db, await openOne(db, both))).toBe(3);
    expect(await rewrapDataKeys({ db, masterKeys: createMasterKeys(both) })).toBe(2);
    expect(await rewrapDataKeys({ db, masterKeys: createMasterKeys(both) })).toBe(0);
    expect(await openAll(db, await openOne(db, next))).toBe(3);
    await expect(openOne(db, config)).rejects.toThrow('is wrapped by');
  });
});

describeOnMariaDb('npm run keys', (open) => {
  it('rotates, killed in the middle and run again', async () => {
    const db = await open();
    const config = newConfig();
    const vault = await openOne(db, config);
    await insertMails(db, vault, idsOf('A', 600));
    const dir = makeTempDir('keys');
    const [{ url } = { url: '' }] = await db.primary.rows<{ url: string }>(
      `SELECT CONCAT('mysql://root@127.0.0.1:', @@port, '/', DATABASE()) AS url`,
    );
    const env = { DATABASE_URL: url, DATA_DIR: config.DATA_DIR };
    const run = (name: string, ...args: string[]) =>
      startNode({ file: 'grpc/vault/command.ts', name, dir, env, args });

    const first = await run('first', 'rotate', '--lead-seconds', '0');
    await first.waitUntil('some are sealed anew', async () => {
      const [, next] = await activeDataKeys(db.primary);
      return next !== undefined && (await countSealed(db, next.id)) > 10;
    });
    await first.kill();
    expect(await activeDataKeys(db.primary)).toHaveLength(2);
    expect(await openAll(db, vault)).toBe(600);

    const second = await run('second', 'rotate', '--lead-seconds', '0');
    expect(await second.exited).toMatchObject({ code: 0 });
    expect(second.log()).toMatch(/1 keys retired/);
    expect(await readDataKeys(db.primary)).toHaveLength(3);
    expect(await activeDataKeys(db.primary)).toHaveLength(1);
    expect(await openAll(db, vault)).toBe(600);

    const status = await run('status', 'status');
    expect(await status.exited).toMatchObject({ code: 0 });
    expect(status.log()).toMatch(/active .* 600 cells/);
    expect(status.log()).toMatch(/retired .* 0 cells/);
  });
});
