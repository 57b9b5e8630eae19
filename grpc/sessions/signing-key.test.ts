import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { loadConfig } from '../../common/config.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { loadSigningKey } from './signing-key.ts';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const load = (env: Record<string, string>) =>
  loadSigningKey(loadConfig({ ONAIR_ENV: 'test', ...env }));

describe('TOKEN_PRIVATE_KEY', () => {
  it.each([
    ['PEM', pem.toString()],
    ['PEM with its line breaks spelled out', pem.toString().replaceAll('\n', '\\n')],
    ['PEM as base64', Buffer.from(pem).toString('base64')],
  ])('may be %s; the key is named by its thumbprint', async (_what, setting) => {
    const { kid, publicJwk: jwk } = load({ TOKEN_PRIVATE_KEY: setting });
    expect(kid).toBe(load({ TOKEN_PRIVATE_KEY: pem.toString() }).kid);
    expect(kid).toBe(await calculateJwkThumbprint(jwk));
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed25519 = generateKeyPairSync('ed25519');
  it.each([
    ['some text', 'my secret key'],
    ['a cut PEM', pem.toString().slice(0, 60)],
    ['an RSA key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a public key', ed25519.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ])('stops the start when it is %s, without showing it', (_what, setting) => {
    const start = () => load({ TOKEN_PRIVATE_KEY: setting });
    expect(start).toThrow(/TOKEN_PRIVATE_KEY: must be an Ed25519 private key/);
    expect(start).not.toThrow(setting.slice(0, 60));
  });
});

describe('without TOKEN_PRIVATE_KEY', () => {
  let dir: string;
  beforeEach(() => {
    dir = makeTempDir('signing-key');
  });
  afterEach(() => removeTempDir(dir));

  it('makes a key once and keeps it in the data folder', () => {
    const { kid } = load({ DATA_DIR: dir });
    expect(load({ DATA_DIR: dir }).kid).toBe(kid);
    expect(readFileSync(join(dir, 'keys/token-key.pem'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('says which file is spoiled', () => {
    load({ DATA_DIR: dir });
    writeFileSync(join(dir, 'keys/token-key.pem'), 'spoiled');
    expect(() => load({ DATA_DIR: dir })).toThrow(/token-key\.pem/);
  });
});
