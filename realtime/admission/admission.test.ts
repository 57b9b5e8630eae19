import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTokenVerifier, tokenAudience, tokenIssuer } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { createAdmission } from './admission.ts';
import { toServerError } from './server-error.ts';

const live = `brc_${'0'.repeat(26)}`;
const unknown = `brc_${'1'.repeat(26)}`;

async function setUp({ draining = false } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'EdDSA' };
  const admit = createAdmission({
    tokens: createTokenVerifier(async () => ({ keys: [jwk] })),
    broadcastExists: async (broadcastId) => broadcastId === live,
    draining: () => draining,
  });
  const token = (expiresInSeconds: number) =>
    new SignJWT({ sid: 'ses_1', name: '하나', roles: ['viewer'] })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'key' })
      .setSubject('usr_1')
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setExpirationTime(Math.floor(Date.now() / 1_000) + expiresInSeconds)
      .sign(privateKey);
  return { admit, token };
}

describe('admission', () => {
  it('knows a person by a token, and a guest by none', async () => {
    const { admit, token } = await setUp();
    const person = { kind: 'user', userId: 'usr_1', name: '하나' };
    expect(await admit(await token(60), { broadcastId: live })).toEqual(person);
    expect(await admit(undefined, { broadcastId: live })).toEqual({ kind: 'guest' });
    expect(await admit('', { broadcastId: live })).toEqual({ kind: 'guest' });
  });

  it('refuses with the code of what is wrong', async () => {
    const { admit, token } = await setUp();
    const codeOf = (joining: Promise<unknown>) =>
      joining.then(
        () => 'admitted',
        (error: unknown) => (error instanceof DomainError ? error.code : error),
      );
    const options = { broadcastId: live };
    expect(await codeOf(admit(await token(-60), options))).toBe('TOKEN_EXPIRED');
    expect(await codeOf(admit('a.b.c', options))).toBe('UNAUTHENTICATED');
    expect(await codeOf(admit(undefined, { broadcastId: unknown }))).toBe('NOT_FOUND');
    expect(await codeOf(admit(undefined, { broadcastId: 'brc_1' }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(admit(undefined, null))).toBe('INVALID_ARGUMENT');
    const ending = await setUp({ draining: true });
    expect(await codeOf(ending.admit(undefined, options))).toBe('UNAVAILABLE');
  });
});

describe('a refused join', () => {
  it.each([
    [new DomainError('TOKEN_EXPIRED', 'secret detail'), 401, 'TOKEN_EXPIRED'],
    [new DomainError('NOT_FOUND', 'secret detail'), 404, 'NOT_FOUND'],
    [new DomainError('UNAVAILABLE', 'secret detail'), 503, 'UNAVAILABLE'],
    [new Error('secret detail'), 500, 'INTERNAL'],
  ])('carries our code and its HTTP status, and nothing else (%s)', (error, status, code) => {
    expect(toServerError(error)).toMatchObject({ code: status, message: code });
  });
});
