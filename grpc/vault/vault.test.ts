import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import { type Database, dbSchema } from '../db/index.ts';
import { Vault1763770000024 } from '../db/migrations/0024-vault.ts';
import { privacyEntities } from '../privacy/index.ts';
import type { DataKeyRow } from './entities.ts';
import { createVault, openVault, type Vault, vaultEntities } from './index.ts';

const cell = { table: 'users', column: 'sealedEmail', id: 'usr_1' };

describe('sealing', () => {
  const key = { id: 'dek_1', key: randomBytes(32) };
  const vault = vaultWith(key);

  function vaultWith(dataKey: typeof key): Vault {
    return createVault({
      current: () => dataKey,
      find: (id) => (id === dataKey.id ? dataKey.key : undefined),
      refresh: async () => undefined,
      indexKey: randomBytes(32),
    });
  }

  it.each(['', '홍길동', 'x'.repeat(10_000)])('what was sealed can be opened: %#', (text) => {
    expect(vault.open(vault.seal(text, cell), cell)).toBe(text);
  });

  it('names its key, tells nothing of the text, and is different each time', () => {
    const sealed = vault.seal('someone@example.com', cell);
    expect(sealed).toMatch(/^v1\.dek_1\.[\w-]+$/);
    expect(sealed).not.toContain('someone');
    expect(vault.seal('someone@example.com', cell)).not.toBe(sealed);
  });

  it('stays shut in another table, column or row', () => {
    const sealed = vault.seal('text', cell);
    for (const other of [{ table: 'sellers' }, { column: 'sealedPhone' }, { id: 'usr_2' }]) {
      expect(() => vault.open(sealed, { ...cell, ...other })).toThrow('is not what was sealed');
    }
  });

  it('stays shut when any byte of it was changed, or it was cut', () => {
    const [version, id, text = ''] = vault.seal('text', cell).split('.');
    const bytes = Buffer.from(text, 'base64url');
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
      const forged = [version, id, changed.toString('base64url')].join('.');
      expect(() => vault.open(forged, cell)).toThrow('is not what was sealed');
    }
    expect(() => vault.open(`${version}.${id}.`, cell)).toThrow('is not what was sealed');
    expect(() => vault.open('someone@example.com', cell)).toThrow('was not sealed');
  });

  it('stays shut under another key of the same name', () => {
    const other = vaultWith({ id: key.id, key: randomBytes(32) });
    expect(() => other.open(vault.seal('text', cell), cell)).toThrow('is not what was sealed');
  });

  it('indexes the same text alike, for one purpose and one vault', () => {
    const index = vault.blindIndex('email', 'someone@example.com');
    expect(index).toMatch(/^[\w-]{43}$/);
    expect(vault.blindIndex('email', 'someone@example.com')).toBe(index);
    expect(vault.blindIndex('email', 'another@example.com')).not.toBe(index);
    expect(vault.blindIndex('phone', 'someone@example.com')).not.toBe(index);
    expect(vaultWith(key).blindIndex('email', 'someone@example.com')).not.toBe(index);
  });
});

const schema = {
  entities: [...dbSchema.entities, ...vaultEntities, ...privacyEntities],
  migrations: [...dbSchema.migrations, Vault1763770000024],
};

describeOnBothDatabases(
  'the vault of processes',
  (open) => {
    let db: Database;
    let config: Config;
    const opened: { close(): void }[] = [];

    beforeEach(async () => {
      db = await open();
      config = loadConfig({ ONAIR_ENV: 'test', DATA_DIR: makeTempDir('vault') });
    });
    afterEach(() => {
      for (const vault of opened.splice(0)) vault.close();
    });

    async function openOne(settings: Config = config) {
      const clock = { now: () => Date.now() };
      const vault = await openVault({ config: settings, db, clock, log: silentLogger() });
      opened.push(vault);
      return vault;
    }

    it('is the same for all, however many start at once', async () => {
      const vaults = await Promise.all(Array.from({ length: 5 }, () => openOne()));
      const keys = await db.read.rows<DataKeyRow>('SELECT * FROM data_keys ORDER BY purpose');
      expect(keys).toMatchObject([
        { purpose: 'index', state: 'active' },
        { purpose: 'seal', state: 'active' },
      ]);
      const indices = vaults.map((vault) => vault.blindIndex('email', 'a@example.com'));
      expect(new Set(indices).size).toBe(1);
      for (const vault of vaults) {
        for (const other of vaults) {
          expect(other.open(vault.seal('text', cell), cell)).toBe('text');
        }
      }
    });

    it('opens after a restart what it sealed before, with a key that only its owner can read', async () => {
      const sealed = (await openOne()).seal('text', cell);
      expect((await openOne()).open(sealed, cell)).toBe('text');
      const file = join(config.DATA_DIR, 'keys', 'master-key');
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    it('refuses to open with another master key, and says which it needs', async () => {
      await openOne();
      const [row] = await db.read.rows<DataKeyRow>('SELECT * FROM data_keys');
      const elsewhere = loadConfig({ ONAIR_ENV: 'test', DATA_DIR: makeTempDir('vault') });
      await expect(openOne(elsewhere)).rejects.toThrow(
        expect.objectContaining({
          name: 'ConfigError',
          message: expect.stringContaining(`is wrapped by ${row?.masterKeyId}`),
        }),
      );
    });

    it('refuses a master key file that is missing or holds no key, without telling what it holds', async () => {
      const missing = { ...config, MASTER_KEY_FILE: '/nowhere/master-key' };
      await expect(openOne(missing)).rejects.toThrow(/MASTER_KEY_FILE: .*ENOENT/);
      const wrong = join(config.DATA_DIR, 'wrong');
      writeFileSync(wrong, 'hunter2');
      const error = await openOne({ ...config, MASTER_KEY_FILE: wrong }).catch(String);
      expect(error).toContain('must hold 32 bytes');
      expect(error).not.toContain('hunter2');
    });
  },
  schema,
);
