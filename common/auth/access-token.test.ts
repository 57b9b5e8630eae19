import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { until } from '../../test/kit/until.ts';
import { DomainError } from '../errors/index.ts';
import { createTokenVerifier, tokenAudience, tokenIssuer } from './access-token.ts';

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

interface Key {
  readonly kid: string;
  readonly privateKey: PrivateKey;
  readonly jwk: JSONWebKeySet['keys'][number];
}

async function makeKey(kid: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  return {
    kid,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' },
  };
}

const nowSeconds = () => Math.floor(Date.now() / 1_000);

const good = (): JWTPayload => ({
  iss: tokenIssuer,
  aud: tokenAudience,
  exp: nowSeconds() + 600,
  sub: 'usr_1',
  sid: 'ses_1',
  name: '홍길동',
  roles: ['viewer', 'seller'],
});

const sign = (key: Key, change: JWTPayload = {}) =>
  new SignJWT({ ...good(), ...change })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .sign(key.privateKey);

const codeOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'ok',
    (error: unknown) => (error instanceof DomainError ? error.code : error),
  );

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('the token verifier', () => {
  let key: Key;
  let other: Key;

  beforeAll(async () => {
    [key, other] = await Promise.all([makeKey('one'), makeKey('two')]);
  });

  /** With it everybody's signature of zeros would hold, by the bare equation. */
  const weak = {
    ...{ kid: 'weak', alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519' },
    x: Buffer.alloc(32).toString('base64url'),
  };
  const verifier = () => createTokenVerifier(async () => ({ keys: [weak, key.jwk] }));

  it('answers the person whom a token speaks for', async () => {
    expect(await verifier().verify(await sign(key))).toEqual({
      kind: 'user',
      userId: 'usr_1',
      sessionId: 'ses_1',
      name: '홍길동',
      roles: ['viewer', 'seller'],
    });
  });

  it.each<[string, () => JWTPayload, string]>([
    ['that has expired', () => ({ exp: nowSeconds() - 1 }), 'TOKEN_EXPIRED'],
    ['that never expires', () => ({ exp: undefined }), 'UNAUTHENTICATED'],
    ['that is not valid yet', () => ({ nbf: nowSeconds() + 60 }), 'UNAUTHENTICATED'],
    ['for someone else', () => ({ aud: 'elsewhere' }), 'UNAUTHENTICATED'],
    ['for nobody', () => ({ aud: undefined }), 'UNAUTHENTICATED'],
    ['of another issuer', () => ({ iss: 'elsewhere' }), 'UNAUTHENTICATED'],
    ['without a subject', () => ({ sub: undefined }), 'UNAUTHENTICATED'],
    ['without a session', () => ({ sid: undefined }), 'UNAUTHENTICATED'],
    ['with a role that there is not', () => ({ roles: ['owner'] }), 'UNAUTHENTICATED'],
  ])('refuses a token %s', async (_what, change, code) => {
    expect(await codeOf(verifier().verify(await sign(key, change())))).toBe(code);
  });

  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['no token at all', () => 'hello'],
    ['a token of another key under our key’s id', () => sign({ ...other, kid: key.kid })],
    [
      'a token whose claims were changed',
      async () => {
        const [header, , signature] = (await sign(key)).split('.');
        return [header, base64({ ...good(), roles: ['admin'] }), signature].join('.');
      },
    ],
    ['an unsigned token', () => `${base64({ alg: 'none', kid: key.kid })}.${base64(good())}.`],
    [
      'a token with something in it that must be understood and is not',
      () =>
        new SignJWT(good())
          .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, crit: ['b64'], b64: true })
          .sign(key.privateKey),
    ],
    [
      'a token whose signature lacks a byte',
      async () => {
        const [header, claims, signature = ''] = (await sign(key)).split('.');
        const bytes = Buffer.from(signature, 'base64url').subarray(1);
        return [header, claims, bytes.toString('base64url')].join('.');
      },
    ],
    [
      'a signature of zeros under a key of small order',
      async () => {
        const [, claims] = (await sign(key)).split('.');
        const header = base64({ alg: 'EdDSA', kid: 'weak' });
        return [header, claims, Buffer.alloc(64).toString('base64url')].join('.');
      },
    ],
    ['a token and something after it', async () => `${await sign(key)}.more`],
    ['a token with a space in it', async () => `${await sign(key)} `],
    [
      'a token signed with the public key as a password',
      () =>
        new SignJWT(good())
          .setProtectedHeader({ alg: 'HS256', kid: key.kid })
          .sign(Buffer.from(JSON.stringify(key.jwk))),
    ],
  ])('refuses %s', async (_what, make) => {
    expect(await codeOf(verifier().verify(await make()))).toBe('UNAUTHENTICATED');
  });

  describe('remembers a token that held', () => {
    it('and yet refuses it when its session is over, it expired, or its key was taken back', async () => {
      const tokens = createTokenVerifier(async () => ({ keys: [key.jwk] }));
      const token = await sign(key, { exp: nowSeconds() + 1 });
      const lasting = await sign(key);
      for (const each of [token, lasting, token])
        expect(await codeOf(tokens.verify(each))).toBe('ok');
      expect(await codeOf(tokens.verify(lasting, () => true))).toBe('SESSION_REVOKED');
      expect(await codeOf(tokens.verify(lasting))).toBe('ok');
      await until(
        'it is over',
        async () => (await codeOf(tokens.verify(token))) === 'TOKEN_EXPIRED',
      );
      tokens.learnKeys({ keys: [other.jwk] });
      expect(await codeOf(tokens.verify(lasting))).toBe('UNAUTHENTICATED');
    });

    it('and takes no other for it', async () => {
      const tokens = verifier();
      const token = await sign(key);
      await tokens.verify(token);
      const [header, , signature] = token.split('.');
      const forged = [header, base64({ ...good(), roles: ['admin'] }), signature].join('.');
      expect(await codeOf(tokens.verify(forged))).toBe('UNAUTHENTICATED');
    });
  });

  describe('and the keys', () => {
    /** A verifier whose time and source of keys a test moves. */
    function held() {
      const state = { ms: 0, asked: 0, published: [key], down: false };
      const tokens = createTokenVerifier(
        async () => {
          state.asked += 1;
          if (state.down) throw new DomainError('UNAVAILABLE', 'nobody there');
          return { keys: state.published.map(({ jwk }) => jwk) };
        },
        () => state.ms,
      );
      const check = async (by: Key) => codeOf(tokens.verify(await sign(by)));
      return { state, check };
    }

    it('asks once, however many come at first', async () => {
      const { state, check } = held();
      expect(await Promise.all([1, 2, 3].map(() => check(key)))).toEqual(['ok', 'ok', 'ok']);
      await check(key);
      expect(state.asked).toBe(1);
    });

    it('learns of a new key by the first tokens that it signed, with one question', async () => {
      const { state, check } = held();
      await check(key);
      state.published = [key, other];
      state.ms += 10_000;
      const codes = await Promise.all([other, other, key, other].map(check));
      expect(codes).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(state.asked).toBe(2);
    });

    it('asks at most every ten seconds, whatever key ids people make up', async () => {
      const { state, check } = held();
      await check(key);
      for (const ms of [0, 9_999]) {
        state.ms = ms;
        expect(await check(other)).toBe('UNAUTHENTICATED');
      }
      expect(state.asked).toBe(1);
      for (const ms of [10_000, 10_001, 19_999, 20_000]) {
        state.ms = ms;
        expect(await check(other)).toBe('UNAUTHENTICATED');
      }
      expect(state.asked).toBe(3);
    });

    it('goes on with the keys it has while nobody answers', async () => {
      const { state, check } = held();
      await check(key);
      state.down = true;
      state.ms = 10_000;
      expect(await check(other)).toBe('UNAVAILABLE');
      expect(await check(key)).toBe('ok');
    });

    it('asks again when the first question was not answered', async () => {
      const { state, check } = held();
      state.down = true;
      expect(await check(key)).toBe('UNAVAILABLE');
      state.down = false;
      expect(await check(key)).toBe('ok');
    });
  });
});
