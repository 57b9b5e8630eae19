import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../../common/config.ts';
import { silentLogger } from '../../../common/logger.ts';
import type { Part } from '../../../common/part.ts';
import { startSandbox } from '../../../sandbox/index.ts';
import { describeOnSqlite } from '../../../test/kit/databases.ts';
import { freePort } from '../../../test/kit/free-port.ts';
import { makeTempDir } from '../../../test/kit/temp-dir.ts';
import { openVault } from '../index.ts';
import { createMasterKeys } from './create-master-keys.ts';
import { createKmsMasterKey } from './kms-master-key.ts';

let sandbox: Part;
let settings: Record<string, string>;

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'the secret key of nobody';
  const port = await freePort();
  settings = {
    ONAIR_ENV: 'test',
    DATA_DIR: makeTempDir('kms'),
    SANDBOX_PORT: String(port),
    KMS_ENDPOINT: `http://127.0.0.1:${port}/kms`,
    KMS_KEY_ID: 'alias/onair',
  };
  sandbox = await startSandbox({ config: loadConfig(settings), log: silentLogger() });
});
afterAll(() => sandbox.stop());

const keyNamed = (keyId: string) =>
  createKmsMasterKey(
    { keyId, region: 'ap-northeast-2', endpoint: settings.KMS_ENDPOINT },
    'KMS_KEY_ID',
  );

describe('a master key of AWS KMS', () => {
  const dataKey = randomBytes(32);

  it('wraps a data key for its name, and unwraps it by key and name alone', async () => {
    const key = keyNamed('alias/onair');
    const wrapped = await key.wrap(dataKey, 'dek_1');
    expect(Buffer.from(wrapped, 'base64').includes(dataKey)).toBe(false);
    expect((await key.unwrap(wrapped, 'dek_1')).equals(dataKey)).toBe(true);
    const invalid = { name: 'InvalidCiphertextException' };
    await expect(key.unwrap(wrapped, 'dek_2')).rejects.toMatchObject(invalid);
    await expect(keyNamed('alias/other').unwrap(wrapped, 'dek_1')).rejects.toMatchObject(invalid);
  });

  it.each([
    ['alias/missing', 'NotFoundException'],
    ['alias/denied', 'AccessDeniedException'],
    ['alias/disabled', 'DisabledException'],
  ])('%s is refused as %s', async (keyId, name) => {
    await expect(keyNamed(keyId).wrap(dataKey, 'dek_1')).rejects.toMatchObject({ name });
  });

  it('is asked again when KMS is busy', async () => {
    const key = keyNamed('alias/busy');
    const wrapped = await key.wrap(dataKey, 'dek_1');
    expect((await key.unwrap(wrapped, 'dek_1')).equals(dataKey)).toBe(true);
  });
});

describeOnSqlite('a vault under AWS KMS', (open) => {
  it('opens with the key that wrapped its data keys, and with no other', async () => {
    const db = await open();
    const cell = { table: 'users', column: 'email', id: 'usr_1' };
    const openOne = (more: Record<string, string> = {}) => {
      const config = loadConfig({ ...settings, ...more });
      return openVault({ config, db, clock: { now: Date.now }, log: silentLogger() });
    };
    const first = await openOne();
    const sealed = first.seal('text', cell);
    first.close();
    const again = await openOne();
    expect(again.open(sealed, cell)).toBe('text');
    again.close();
    await expect(openOne({ KMS_KEY_ID: 'alias/other' })).rejects.toThrow('kms:alias/onair');
    const moving = loadConfig({ ...settings, KMS_KEY_ID: '', OLD_KMS_KEY_ID: 'alias/onair' });
    expect(createMasterKeys(moving)).toMatchObject({
      current: { id: expect.stringMatching(/^file:/) },
      old: { id: 'kms:alias/onair' },
    });
  });
});
