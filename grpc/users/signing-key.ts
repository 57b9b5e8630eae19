import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { keptSecret } from '../../common/auth/index.ts';
import { type Config, ConfigError } from '../../common/config.ts';

/** The key that signs access tokens. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Names the key in tokens: its JWK thumbprint (RFC 7638). */
  readonly kid: string;
  /** The public half, for whoever verifies. */
  readonly publicKeys: JSONWebKeySet;
}

/**
 * The key of TOKEN_PRIVATE_KEY, or, without that setting, one made once and kept in the data folder.
 * @throws ConfigError when it is not an Ed25519 private key; the message doesn't show the key
 */
export function loadSigningKey(config: Config): SigningKey {
  const given = config.TOKEN_PRIVATE_KEY;
  const privateKey =
    given === undefined
      ? parse('keys/token-key.pem in the data folder', keptSecret(config, 'token-key.pem', makePem))
      : parse('TOKEN_PRIVATE_KEY', toPem(given));
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('an Ed25519 key has an x');
  const kid = thumbprint(x);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
  return { privateKey, kid, publicKeys: { keys: [jwk] } };
}

/** Environments that can't hold line breaks carry the PEM as base64, or with `\n` spelled out. */
function toPem(setting: string): string {
  return setting.includes('-----BEGIN')
    ? setting.replaceAll('\\n', '\n')
    : Buffer.from(setting, 'base64').toString('utf8');
}

function makePem(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function parse(source: string, pem: string): KeyObject {
  const key = tryParse(pem);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new ConfigError([
    `${source}: must be an Ed25519 private key as PKCS #8 PEM, or base64 of that; ` +
      'make one with: openssl genpkey -algorithm ed25519',
  ]);
}

/** OpenSSL's own errors can quote the key, so none is passed on. */
function tryParse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** RFC 7638 with the members that RFC 8037 names for this kind of key, in their order. */
function thumbprint(x: string): string {
  const canonical = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x });
  return createHash('sha256').update(canonical).digest('base64url');
}
