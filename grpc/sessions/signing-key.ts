import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { keptSecret } from '../../common/auth/index.ts';
import { type Config, ConfigError } from '../../common/config.ts';

/** The public half of a key, for whoever verifies (RFC 7517, RFC 8037). */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** A key that signs access tokens. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  /** Names the key in tokens: its JWK thumbprint (RFC 7638). */
  readonly kid: string;
  readonly publicJwk: PublicJwk;
}

/**
 * The key of TOKEN_PRIVATE_KEY, or, without that setting, one made once and kept in the data folder.
 * @throws ConfigError when it is not an Ed25519 private key; the message doesn't show the key
 */
export function loadSigningKey(config: Config): SigningKey {
  const given = config.TOKEN_PRIVATE_KEY;
  return given === undefined
    ? parse('keys/token-key.pem in the data folder', keptSecret(config, 'token-key.pem', makePem))
    : parse('TOKEN_PRIVATE_KEY', toPem(given));
}

/** Reads a key that `makePem` made. */
export function readSigningKey(pem: string): SigningKey {
  return parse('a kept signing key', pem);
}

/** A new Ed25519 private key, PKCS #8. */
export function makePem(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Environments that can't hold line breaks carry the PEM as base64, or with `\n` spelled out. */
function toPem(setting: string): string {
  return setting.includes('-----BEGIN')
    ? setting.replaceAll('\\n', '\n')
    : Buffer.from(setting, 'base64').toString('utf8');
}

function parse(source: string, pem: string): SigningKey {
  const privateKey = tryParse(pem);
  if (privateKey?.asymmetricKeyType === 'ed25519') return withPublicHalf(privateKey);
  throw new ConfigError([
    `${source}: must be an Ed25519 private key as PKCS #8 PEM, or base64 of that; ` +
      'make one with: openssl genpkey -algorithm ed25519',
  ]);
}

function withPublicHalf(privateKey: KeyObject): SigningKey {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (x === undefined) throw new Error('an Ed25519 key has an x');
  const kid = thumbprint(x);
  const publicJwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
  return { privateKey, kid, publicJwk };
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
