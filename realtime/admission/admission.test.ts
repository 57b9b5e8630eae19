import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createTokenVerifier, tokenAudience, tokenIssuer } from '../../common/auth/index.ts';
import { DomainError, NotFound } from '../../common/errors/index.ts';
import { RoomRole } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { AtTheDoor } from '../batches/admit-batch.ts';
import { createAdmission } from './admission.ts';
import { toServerError } from './server-error.ts';

const live = `brc_${'0'.repeat(26)}`;
const unknown = `brc_${'1'.repeat(26)}`;
const ticket = `tkt_${'0'.repeat(26)}`;

async function setUp({ draining = false, seat = '', tooOften = false } = {}) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'EdDSA' };
  const came: AtTheDoor[] = [];
  const admit = createAdmission({
    tokens: createTokenVerifier(async () => ({ keys: [jwk] })),
    door: {
      async submit(viewer) {
        came.push(viewer);
        if (viewer.broadcastId === unknown) throw new NotFound('broadcast', unknown);
        return { role: viewer.userId === '' ? RoomRole.GUEST : RoomRole.MODERATOR, seat };
      },
    },
    async mayJoin() {
      if (tooOften) throw new DomainError('RATE_LIMITED', 'too often');
    },
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
  return { admit, token, came };
}

describe('admission', () => {
  it('knows a person by a token, and a guest by none', async () => {
    const { admit, token } = await setUp();
    const person = {
      ...{ kind: 'user', userId: 'usr_1', name: '하나', role: 'moderator' },
      loginId: 'ses_1',
    };
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

describe('a user who comes too often', () => {
  it('is refused before a seat is asked for, which would be kept for them', async () => {
    const { admit, token, came } = await setUp({ tooOften: true, seat: 'usr_1' });
    const joining = admit(await token(60), { broadcastId: live });
    await expect(joining).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(came).toEqual([]);
    await admit(undefined, { broadcastId: live });
    expect(came).toMatchObject([{ userId: '' }]);
  });
});

describe('a guest', () => {
  it('comes by the seat that was granted', async () => {
    const { admit } = await setUp({ seat: ticket });
    expect(await admit(undefined, { broadcastId: live })).toEqual({ kind: 'guest', seat: ticket });
  });

  it('comes from a room that is gone, where seats are not limited', async () => {
    const back = { roomId: 'gone', reconnectionToken: 'token' };
    const { admit, token } = await setUp();
    const came = await admit(undefined, { broadcastId: live, back });
    expect(came).toEqual({ kind: 'guest', cameFrom: 'gone' });
    expect(await admit(await token(60), { broadcastId: live, back })).not.toHaveProperty(
      'cameFrom',
    );
    const limited = await setUp({ seat: ticket });
    const seated = await limited.admit(undefined, { broadcastId: live, back });
    expect(seated).toEqual({ kind: 'guest', seat: ticket });
  });

  it.each(['', 'no room', '../brc', 'r'.repeat(41)])(
    'comes from no room called %j',
    async (roomId) => {
      const { admit } = await setUp();
      const back = { roomId, reconnectionToken: 'token' };
      const refused = admit(undefined, { broadcastId: live, back });
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    },
  );

  it('comes by the ticket that they show', async () => {
    const { admit, came } = await setUp();
    await admit(undefined, { broadcastId: live, ticket });
    expect(came).toMatchObject([{ userId: '', ticket }]);
    const wrong = admit(undefined, { broadcastId: live, ticket: 'usr_1' });
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a refused join', () => {
  it.each([
    [new DomainError('TOKEN_EXPIRED', 'secret detail'), 401, 'TOKEN_EXPIRED'],
    [new DomainError('NOT_FOUND', 'secret detail'), 404, 'NOT_FOUND'],
    [new DomainError('UNAVAILABLE', 'secret detail'), 503, 'UNAVAILABLE'],
    [new Error('secret detail'), 500, 'INTERNAL'],
    [
      new DomainError('BROADCAST_FULL', 'secret detail', {
        ...{ secret: 'detail', position: '3', ticket, retryAfterMs: '1300' },
      }),
      503,
      `BROADCAST_FULL; position=3; ticket=${ticket}; retryAfterMs=1300`,
    ],
  ])(
    'carries our code and its HTTP status, and what a client can act on (%s)',
    (error, status, code) => {
      expect(toServerError(error)).toMatchObject({ code: status, message: code });
    },
  );
});
