import { decodeJwt } from 'jose';
import { generateSync } from 'otplib';
import type { UserActor } from '../../../common/auth/index.ts';
import { DomainError } from '../../../common/errors/index.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  nowhere,
  type TestAccounts,
} from '../../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../../test/kit/databases.ts';
import { codeOf, tally, unused } from '../../../test/kit/market.ts';
import { redirectUris, startSocialWorld } from '../../../test/kit/social.ts';
import type { Database } from '../../db/index.ts';
import type { Tokens } from '../tokens.ts';

const stepMs = 30_000;
const service = { kind: 'service', name: 'test' } as const;

describeOnBothDatabases(
  'second factors',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    let number = 0;
    beforeAll(async () => {
      db = await open();
      test = createTestAccounts(db);
    });

    const actorOf = ({ user, accessToken }: Tokens): UserActor => {
      const { sid, roles } = decodeJwt<{ sid: string; roles: UserActor['roles'] }>(accessToken);
      return { kind: 'user', userId: user.id, sessionId: sid, name: user.name, roles };
    };
    const someone = async (at = test) => {
      number += 1;
      const user = await at.signUp(`factor${number}-${db.read.dialect.name}`);
      return at.logIn(user.email);
    };
    const codeAt = (secret: string, at = test) =>
      generateSync({ secret, epoch: Math.floor(at.now() / 1_000) });

    /** Turns the factor of someone on; the clock then stands in the next step. */
    async function enrol(tokens: Tokens, at = test) {
      const actor = actorOf(tokens);
      const { secret, otpauthUri } = await at.sessions.beginTotp(actor, { password: '' });
      const recoveryCodes = await at.sessions.confirmTotp(actor, codeAt(secret, at));
      at.pass(stepMs);
      return { actor, secret, otpauthUri, recoveryCodes, email: tokens.user.email };
    }
    async function challengeOf(logIn: Promise<unknown>): Promise<string> {
      const refusal = await logIn.catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'SECOND_FACTOR_REQUIRED' });
      return refusal instanceof DomainError ? (refusal.details.challenge ?? '') : '';
    }
    const finish = (challenge: string, code: string, at = test) =>
      at.sessions.logInWithCode({ challenge, code, client: nowhere });

    it('are turned on by a first code, then asked for, and open a session by the next', async () => {
      const tokens = await someone();
      const other = await test.logIn(tokens.user.email);
      const { actor, secret, otpauthUri, recoveryCodes, email } = await enrol(tokens);
      expect(otpauthUri).toContain(`secret=${secret}`);
      expect(new Set(recoveryCodes).size).toBe(10);
      const stored = JSON.stringify([
        await db.primary.rows('SELECT * FROM totp_factors'),
        await db.primary.rows('SELECT * FROM recovery_codes'),
      ]);
      for (const plain of [secret, ...recoveryCodes]) expect(stored).not.toContain(plain);
      // What was logged in before, elsewhere, is out; where it was turned on stays.
      expect(await codeOf(test.sessions.refreshSession(other.refreshToken, nowhere))).toBe(
        'SESSION_REVOKED',
      );
      await test.sessions.refreshSession(tokens.refreshToken, nowhere);

      const challenge = await challengeOf(test.logIn(email));
      expect(await codeOf(test.logIn(email, 'a wrong password'))).toBe('BAD_CREDENTIALS');
      const opened = await finish(challenge, codeAt(secret));
      expect(opened.user.id).toBe(tokens.user.id);
      expect(await test.sessions.getTotp(actor)).toMatchObject({ recoveryCodesLeft: 10 });
      const attempts = await test.sessions.listAttempts(service, {
        userId: actor.userId,
        limit: 2,
      });
      expect(attempts.map(({ outcome, method }) => `${method} ${outcome}`)).toEqual([
        'totp opened',
        'password bad_credentials',
        'password second_factor',
      ]);
    });

    it('take each code once, of many at once too, and each challenge once', async () => {
      const { secret, email } = await enrol(await someone());
      const challenges: string[] = [];
      for (let i = 0; i < 4; i += 1) challenges.push(await challengeOf(test.logIn(email)));
      const code = codeAt(secret);
      const codes = await Promise.all(challenges.map((one) => codeOf(finish(one, code))));
      expect(tally(codes)).toEqual({ ok: 1, SECOND_FACTOR_INVALID: 3 });
      test.pass(stepMs);
      const used = challenges[codes.indexOf('ok')] ?? '';
      expect(await codeOf(finish(used, codeAt(secret)))).toBe('CHALLENGE_INVALID');
      const fresh = challenges[codes.indexOf('SECOND_FACTOR_INVALID')] ?? '';
      expect(await codeOf(finish(fresh, codeAt(secret)))).toBe('ok');
    });

    it('give a challenge five minutes and five wrong codes, and end it with the password', async () => {
      const patient = createTestAccounts(db, { LOGIN_FREE_FAILURES: '100' });
      const { secret, email, actor } = await enrol(await someone(patient), patient);
      const begin = () => challengeOf(patient.logIn(email));
      const [late, tried] = [await begin(), await begin()];
      for (let i = 0; i < 5; i += 1) {
        expect(await codeOf(finish(tried, '000000', patient))).toBe('SECOND_FACTOR_INVALID');
      }
      expect(await codeOf(finish(tried, codeAt(secret, patient), patient))).toBe(
        'CHALLENGE_INVALID',
      );
      patient.pass(5 * 60_000);
      expect(await codeOf(finish(late, codeAt(secret, patient), patient))).toBe(
        'CHALLENGE_INVALID',
      );
      const before = await begin();
      await patient.sessions.logOutEverywhere(actor, actor.userId);
      expect(await codeOf(finish(before, codeAt(secret, patient), patient))).toBe(
        'CHALLENGE_INVALID',
      );
      expect(await codeOf(finish('made up', '123456', patient))).toBe('CHALLENGE_INVALID');
    });

    it('delay wrong codes by account, which the right password does not take back', async () => {
      const strict = createTestAccounts(db, {
        LOGIN_FREE_FAILURES: '2',
        LOGIN_FIRST_DELAY_SECONDS: '60',
      });
      const { secret, email } = await enrol(await someone(strict), strict);
      const answers: string[] = [];
      for (let i = 0; i < 4; i += 1) {
        answers.push(
          await codeOf(finish(await challengeOf(strict.logIn(email)), '000000', strict)),
        );
      }
      expect(answers.slice(0, 2)).toEqual(['SECOND_FACTOR_INVALID', 'SECOND_FACTOR_INVALID']);
      expect(answers.at(-1)).toBe('RATE_LIMITED');
      const right = finish(await challengeOf(strict.logIn(email)), codeAt(secret, strict), strict);
      expect(await codeOf(right)).toBe('RATE_LIMITED');
    });

    it('let recovery codes in once each, however they are typed', async () => {
      const { recoveryCodes, email, actor } = await enrol(await someone());
      const [first = ''] = recoveryCodes;
      const typed = ` ${first.toLowerCase().replaceAll('-', ' ')} `;
      expect(await codeOf(finish(await challengeOf(test.logIn(email)), typed))).toBe('ok');
      expect(await codeOf(finish(await challengeOf(test.logIn(email)), first))).toBe(
        'SECOND_FACTOR_INVALID',
      );
      expect(await test.sessions.getTotp(actor)).toMatchObject({ recoveryCodesLeft: 9 });
    });

    it('ask for the password, or a recent log-in, and for right codes to be turned on and off', async () => {
      const tokens = await someone();
      const actor = actorOf(tokens);
      const begin = (password: string) => test.sessions.beginTotp(actor, { password });
      expect(await codeOf(test.sessions.confirmTotp(actor, '123456'))).toBe('NOT_FOUND');
      expect(await codeOf(begin('a wrong password'))).toBe('BAD_CREDENTIALS');
      test.pass(11 * 60_000);
      expect(await codeOf(begin(''))).not.toBe('ok');
      const forgotten = await begin(goodPassword);
      const { secret } = await begin(goodPassword);
      expect(await codeOf(test.sessions.confirmTotp(actor, codeAt(forgotten.secret)))).toBe(
        'SECOND_FACTOR_INVALID',
      );
      await test.logIn(tokens.user.email);
      await test.sessions.confirmTotp(actor, codeAt(secret));
      expect(await codeOf(begin(goodPassword))).toBe('INVALID_STATE');
      // The code that turned it on was used.
      const disable = (code: string) => codeOf(test.sessions.disableTotp(actor, code));
      expect(await disable(codeAt(secret))).toBe('SECOND_FACTOR_INVALID');
      test.pass(stepMs);
      expect(await disable(codeAt(secret))).toBe('ok');
      expect(await disable(codeAt(secret))).toBe('NOT_FOUND');
      await test.logIn(tokens.user.email);
      const changes = await test.users.listAccountChanges({ userId: actor.userId, limit: 2 });
      expect(changes.map(({ kind }) => kind)).toEqual(['totp_disabled', 'totp_enabled']);
    });

    it('are asked for after a social log-in too', async () => {
      const world = await startSocialWorld();
      try {
        const at = createTestAccounts(db, world.settings);
        const logIn = async () => {
          const where = { provider: 'kakao', redirectUri: redirectUris.kakao } as const;
          const nobody = { userId: undefined, address: '', codeChallenge: '' };
          const { authorizationUrl, nonce } = await at.social.begin({ ...where, ...nobody });
          const back = await world.agree(authorizationUrl, '7001');
          const newAccount = { language: 'ko', tosVersion: '', marketingConsent: false } as const;
          const input = { provider: 'kakao', codeVerifier: '', nonce, newAccount } as const;
          return at.social.logIn({ ...input, ...back, client: nowhere });
        };
        const { secret, actor } = await enrol(await logIn(), at);
        const challenge = await challengeOf(logIn());
        const tokens = await finish(challenge, codeAt(secret, at), at);
        expect(tokens.user.id).toBe(actor.userId);
      } finally {
        await world.stop();
      }
    });

    it('are needed by admins where the setting says so: without one they are no admins', async () => {
      const strict = createTestAccounts(db, { ADMIN_TOTP_REQUIRED: 'true' });
      const { user } = await someone(strict);
      const grant = {
        requestId: unused('g'),
        userId: user.id,
        role: 'admin',
        reason: 't',
      } as const;
      await strict.users.grantRole(service, grant);
      const rolesOf = (tokens: Tokens) => decodeJwt(tokens.accessToken).roles;

      const bare = await strict.logIn(user.email);
      expect(rolesOf(bare)).toEqual(['viewer']);
      expect(bare.totpRequired).toBe(true);
      expect((await strict.checkStanding(actorOf(bare))).roles).toEqual(['viewer']);
      // A token of before the setting says admin; what is sensitive looks at the session.
      const lax = await test.logIn(user.email);
      expect(rolesOf(lax)).toEqual(['viewer', 'admin']);
      expect((await strict.checkStanding(actorOf(lax))).roles).toEqual(['viewer']);
      expect((await test.checkStanding(actorOf(lax))).roles).toContain('admin');

      const { secret, actor } = await enrol(bare, strict);
      const renewed = await strict.sessions.refreshSession(bare.refreshToken, nowhere);
      expect(rolesOf(renewed)).toEqual(['viewer', 'admin']);
      expect(renewed.totpRequired).toBe(false);
      expect((await strict.checkStanding(actorOf(renewed))).roles).toContain('admin');

      const challenge = await challengeOf(strict.logIn(user.email));
      expect(rolesOf(await finish(challenge, codeAt(secret, strict), strict))).toContain('admin');
      strict.pass(stepMs);
      await strict.sessions.disableTotp(actor, codeAt(secret, strict));
      expect((await strict.checkStanding(actorOf(renewed))).roles).toEqual(['viewer']);
    });
  },
  accountsSchema,
);
