import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createTokenVerifier, tokenAudience, tokenIssuer } from '../../common/auth/index.ts';
import {
  accountsSchema,
  answersOf,
  createTestAccounts,
  goodPassword,
  nowhere,
  refusalsOf,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import type { Database } from '../db/index.ts';
import type { RefreshTokenRow, SessionRow } from './entities.ts';

const dayMs = 24 * 60 * 60 * 1000;

describeOnBothDatabases(
  'sessions',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    let number = 0;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => {
      test = createTestAccounts(db, { ACCESS_TOKEN_SECONDS: '600', REFRESH_TOKEN_DAYS: '30' });
      number += 1;
    });

    /** A new account and the tokens of its first log-in. */
    async function logInAnew() {
      const user = await test.signUp(`viewer${number}`);
      const credentials = { email: user.email, password: goodPassword };
      return { user, credentials, tokens: await test.logIn(credentials.email) };
    }
    const refresh = (token: string) => test.sessions.refreshSession(token, nowhere);
    const sessionsOf = (userId: string) =>
      db.read.rows<SessionRow>('SELECT * FROM sessions WHERE userId = ? ORDER BY id', [userId]);

    it('begin with a token that says who, which session, which roles, and until when', async () => {
      const { user, tokens } = await logInAnew();
      const [session] = await sessionsOf(user.id);
      const verifier = createTokenVerifier(() => test.sessions.publicKeys());
      expect(await verifier.verify(tokens.accessToken)).toEqual({
        kind: 'user',
        userId: user.id,
        sessionId: session?.id,
        name: user.name,
        roles: ['viewer'],
      });
      const [key] = (await test.sessions.publicKeys()).keys;
      expect(decodeProtectedHeader(tokens.accessToken)).toMatchObject({
        alg: 'EdDSA',
        kid: key?.kid,
      });
      const claims = decodeJwt(tokens.accessToken);
      expect(claims).toMatchObject({ iss: tokenIssuer, aud: tokenAudience });
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
      expect(tokens.accessExpiresAt).toBe((claims.exp ?? 0) * 1000);
      expect(tokens.user).toEqual(user);
      expect(tokens.refreshExpiresAt).toBe((session?.createdAt ?? 0) + 30 * dayMs);
    });

    it('begin whatever the spelling of the e-mail', async () => {
      const { user } = await logInAnew();
      const email = ` ${user.email.toUpperCase()}\n`;
      expect((await test.logIn(email)).user).toEqual(user);
    });

    it('never begin, and are refused alike, for an unknown e-mail and a wrong password', async () => {
      const { credentials } = await logInAnew();
      for (const wrong of [
        { ...credentials, password: 'Correct horse battery' },
        { ...credentials, password: '' },
        { ...credentials, email: 'nobody@example.com' },
        { ...credentials, email: 'not an e-mail' },
        { ...credentials, email: '' },
      ]) {
        await expect(test.logIn(wrong.email, wrong.password)).rejects.toMatchObject({
          code: 'BAD_CREDENTIALS',
          message: 'wrong e-mail or password',
          details: {},
        });
      }
    });

    it('never begin with the password of an account that has none', async () => {
      const { user, credentials } = await logInAnew();
      await db.transaction((tx) =>
        tx.execute('UPDATE users SET passwordHash = NULL WHERE id = ?', [user.id]),
      );
      await expect(test.logIn(credentials.email)).rejects.toMatchObject({
        code: 'BAD_CREDENTIALS',
      });
    });

    it('renew a hash that was made with other settings', async () => {
      const { user, credentials } = await logInAnew();
      const stronger = createTestAccounts(db, { ARGON2_MEMORY_KIB: '2048' });
      await stronger.logIn(credentials.email);
      const row = await db.read.row<{ passwordHash: string | null }>(
        'SELECT * FROM users WHERE id = ?',
        [user.id],
      );
      expect(row?.passwordHash).toContain('m=2048');
      await stronger.logIn(credentials.email);
    });

    it('keep no refresh token, only hashes', async () => {
      const { tokens } = await logInAnew();
      const next = await refresh(tokens.refreshToken);
      const kept = JSON.stringify([
        await db.read.rows('SELECT * FROM sessions'),
        await db.read.rows('SELECT * FROM refresh_tokens'),
      ]);
      for (const { refreshToken } of [tokens, next]) expect(kept).not.toContain(refreshToken);
    });

    it('go on with a new pair for each refresh token, each token good for its own 30 days', async () => {
      const { user, tokens } = await logInAnew();
      let token = tokens.refreshToken;
      const seen = new Set([token]);
      for (let i = 0; i < 4; i += 1) {
        test.pass(20 * dayMs);
        const next = await refresh(token);
        expect(next.user).toEqual(user);
        token = next.refreshToken;
        seen.add(token);
      }
      expect(seen.size).toBe(5);
      const [session, ...others] = await sessionsOf(user.id);
      expect(others).toEqual([]);
      expect(session).toMatchObject({
        endedAt: null,
        expiresAt: (session?.refreshedAt ?? 0) + 30 * dayMs,
      });
    });

    it('are over for both holders once a traded token comes back, and stay over', async () => {
      const { user, tokens } = await logInAnew();
      const next = await refresh(tokens.refreshToken);
      for (const token of [tokens.refreshToken, next.refreshToken, tokens.refreshToken]) {
        await expect(refresh(token)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
      }
      expect(await sessionsOf(user.id)).toMatchObject([{ endedBecause: 'token_reused' }]);
    });

    it('of the same user do not end with each other', async () => {
      const { credentials, tokens } = await logInAnew();
      const other = await test.logIn(credentials.email);
      await test.sessions.logOut(tokens.refreshToken);
      await refresh(other.refreshToken);
    });

    it('give one pair to many simultaneous uses of one token, then end', async () => {
      for (let round = 0; round < 10; round += 1) {
        number += 1;
        const { user, tokens } = await logInAnew();
        const settled = await Promise.allSettled(
          Array.from({ length: 8 }, () => refresh(tokens.refreshToken)),
        );
        const [pair, ...others] = answersOf(settled);
        expect(others).toEqual([]);
        expect(refusalsOf(settled)).toEqual(new Array(7).fill('SESSION_REVOKED'));
        await expect(refresh(pair?.refreshToken ?? '')).rejects.toMatchObject({
          code: 'SESSION_REVOKED',
        });
        expect(await sessionsOf(user.id)).toMatchObject([{ endedBecause: 'token_reused' }]);
      }
    });

    it('are not refreshed with a token that is too old, or that we never made', async () => {
      const { tokens } = await logInAnew();
      test.pass(30 * dayMs);
      await expect(refresh(tokens.refreshToken)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
      await expect(refresh(tokens.accessToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('end by any of their tokens; ending an ended or unknown one succeeds', async () => {
      const { user, tokens } = await logInAnew();
      const next = await refresh(tokens.refreshToken);
      await test.sessions.logOut(tokens.refreshToken);
      await test.sessions.logOut(next.refreshToken);
      await test.sessions.logOut('never made');
      await expect(refresh(next.refreshToken)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
      expect(await sessionsOf(user.id)).toMatchObject([{ endedBecause: 'logged_out' }]);
    });

    it('are forgotten at a later log-in once they expired, their tokens too', async () => {
      const { user, credentials, tokens } = await logInAnew();
      await refresh(tokens.refreshToken);
      test.pass(31 * dayMs);
      await test.logIn(credentials.email);
      const [session, ...others] = await sessionsOf(user.id);
      expect(others).toEqual([]);
      expect(session?.createdAt).toBe(session?.refreshedAt);
      await expect(refresh(tokens.refreshToken)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    it('that go on for long forget tokens that expired', async () => {
      const { user, tokens } = await logInAnew();
      let token = tokens.refreshToken;
      for (let i = 0; i < 5; i += 1) {
        test.pass(20 * dayMs);
        token = (await refresh(token)).refreshToken;
      }
      const [session] = await sessionsOf(user.id);
      const kept = await db.read.rows<RefreshTokenRow>(
        'SELECT * FROM refresh_tokens WHERE sessionId = ?',
        [session?.id ?? ''],
      );
      expect(kept).toHaveLength(2);
    });
  },
  accountsSchema,
);
