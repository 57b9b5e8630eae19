import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserActor } from '../../common/auth/index.ts';
import { silentLogger } from '../../common/logger.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  nowhere,
  refusalsOf,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, tally, unused } from '../../test/kit/market.ts';
import { linkIn, readMail } from '../../test/kit/read-mail.ts';
import {
  newPkce,
  redirectUris,
  type SocialWorld,
  startSocialWorld,
} from '../../test/kit/social.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database, JobRow } from '../db/index.ts';
import { createLimits } from '../limits/index.ts';
import type { User } from '../users/index.ts';
import { createSocial } from './index.ts';

const service = { kind: 'service', name: 'test' } as const;

const newAccount = { language: 'ko', tosVersion: '', marketingConsent: false } as const;

describeOnBothDatabases(
  'social logins',
  (open) => {
    let db: Database;
    let world: SocialWorld;
    let test: TestAccounts;
    let number = 1_000 * Math.ceil(Math.random() * 1_000_000);
    beforeAll(async () => {
      [db, world] = await Promise.all([open(), startSocialWorld()]);
      test = createTestAccounts(db, world.settings);
    });
    afterAll(() => world.stop());

    const nobody = { userId: undefined, address: '', codeChallenge: '' };
    const newPerson = () => {
      number += 1;
      return String(number);
    };
    const actorOf = ({ id: userId, name, roles }: User): UserActor => {
      return { kind: 'user', userId, sessionId: 'ses_x', name, roles };
    };
    const atKakao = { provider: 'kakao', redirectUri: redirectUris.kakao } as const;

    /** All of a login with Kakao up to its last step. */
    async function kakaoAttempt(personId: string, userId?: string) {
      const begun = await test.social.begin({ ...nobody, ...atKakao, userId });
      const { code, state } = await world.agree(begun.authorizationUrl, personId);
      expect(state).toBe(begun.state);
      const { nonce } = begun;
      return { provider: 'kakao', code, codeVerifier: '', state, nonce } as const;
    }
    const kakaoLogIn = async (personId: string, client = nowhere) =>
      test.social.logIn({ ...(await kakaoAttempt(personId)), newAccount, client });
    async function xAttempt(personId: string) {
      const { codeVerifier, codeChallenge } = newPkce();
      const at = { provider: 'x', redirectUri: redirectUris.x } as const;
      const begun = await test.social.begin({ ...nobody, ...at, codeChallenge });
      const { code, state } = await world.agree(begun.authorizationUrl, personId);
      return { provider: 'x', code, codeVerifier, state, nonce: begun.nonce } as const;
    }
    const link = async (user: User, personId: string) =>
      test.social.link(actorOf(user), await kakaoAttempt(personId, user.id));
    const usersNamed = async (name: string) =>
      (await db.primary.rows('SELECT id FROM users WHERE name = ?', [name])).length;

    it('make an account of whom Kakao vouches for, and open the same one the next time', async () => {
      const person = newPerson();
      const { user, accessToken } = await kakaoLogIn(person);
      expect(user).toMatchObject({ email: `kakao${person}@example.com`, name: `카카오${person}` });
      expect(user.emailVerifiedAt).toBe(test.now());
      expect(accessToken).not.toBe('');
      const again = await kakaoLogIn(person);
      expect(again.user.id).toBe(user.id);
      expect(await test.social.list(actorOf(user))).toMatchObject({
        links: [{ provider: 'kakao', lastUsedAt: test.now() }],
        hasPassword: false,
      });
      expect(await codeOf(test.logIn(user.email))).toBe('BAD_CREDENTIALS');
      const attempts = await test.sessions.listAttempts(service, { userId: user.id, limit: 5 });
      expect(attempts.map(({ outcome, method }) => ({ outcome, method }))).toEqual([
        { outcome: 'bad_credentials', method: 'password' },
        { outcome: 'opened', method: 'kakao' },
        { outcome: 'opened', method: 'kakao' },
      ]);
    });

    it('make one account of a hundred first logins at once', async () => {
      const person = newPerson();
      const name = `crowd ${person}`;
      await world.setKakao(person, { nickname: name, email: `crowd${person}@example.com` });
      const attempts = await Promise.all(Array.from({ length: 100 }, () => kakaoAttempt(person)));
      const tokens = await Promise.all(
        attempts.map((attempt) => test.social.logIn({ ...attempt, newAccount, client: nowhere })),
      );
      expect(new Set(tokens.map(({ user }) => user.id)).size).toBe(1);
      expect(await usersNamed(name)).toBe(1);
      const sessions = new Set(tokens.map(({ refreshToken }) => refreshToken));
      expect(sessions.size).toBe(100);
    });

    it('log in with X by PKCE, without an e-mail or with a confirmed one, and keep no token', async () => {
      const [bare, confirmed] = [newPerson(), newPerson()];
      await world.setX(confirmed, {
        name: '  엑스\u0000  ',
        confirmedEmail: `x${confirmed}@example.com`,
      });
      const first = await test.social.logIn({
        ...(await xAttempt(bare)),
        newAccount,
        client: nowhere,
      });
      expect(first.user).toMatchObject({ email: '', name: `x${bare}`, emailVerifiedAt: undefined });
      const other = await test.social.logIn({
        ...(await xAttempt(confirmed)),
        newAccount,
        client: nowhere,
      });
      expect(other.user).toMatchObject({ email: `x${confirmed}@example.com`, name: '엑스' });
      expect(await world.look('x', bare)).toMatchObject({ tokens: 0 });
      expect(await codeOf(test.users.requestEmailVerification(actorOf(first.user)))).toBe(
        'INVALID_STATE',
      );
    });

    it('refuse a code verifier that does not fit, a used code, and what someone declined', async () => {
      const attempt = await xAttempt(newPerson());
      const { codeVerifier } = newPkce();
      const wrong = { ...attempt, codeVerifier, newAccount, client: nowhere };
      expect(await codeOf(test.social.logIn(wrong))).toBe('SOCIAL_CODE_INVALID');
      const person = newPerson();
      const used = await kakaoAttempt(person);
      await test.social.logIn({ ...used, newAccount, client: nowhere });
      const { state, nonce } = await kakaoAttempt(person);
      const stale = { ...used, state, nonce, newAccount, client: nowhere };
      expect(await codeOf(test.social.logIn(stale))).toBe('SOCIAL_CODE_INVALID');
      const [noted] = await test.sessions.listAttempts(service, { limit: 1 });
      expect(noted).toMatchObject({ outcome: 'bad_credentials', method: 'kakao', userId: null });
      const begun = await test.social.begin({ ...nobody, ...atKakao });
      expect(await world.decline(begun.authorizationUrl)).toBe('access_denied');
    });

    it('take a state once, in time, and from the browser, for the purpose and the person of it', async () => {
      const user = await test.signUp(`owner${newPerson()}`);
      const other = await test.signUp(`other${newPerson()}`);
      const logIn = (input: Awaited<ReturnType<typeof kakaoAttempt>>) =>
        codeOf(test.social.logIn({ ...input, newAccount, client: nowhere }));

      const used = await kakaoAttempt(newPerson());
      expect(await logIn(used)).toBe('ok');
      expect(await logIn(used)).toBe('SOCIAL_STATE_INVALID');

      const [mine, theirs] = [await kakaoAttempt(newPerson()), await kakaoAttempt(newPerson())];
      expect(await logIn({ ...mine, nonce: theirs.nonce })).toBe('SOCIAL_STATE_INVALID');
      // It was tried by someone else, so it is over.
      expect(await logIn(mine)).toBe('SOCIAL_STATE_INVALID');
      expect(await logIn({ ...theirs, state: 'made up' })).toBe('SOCIAL_STATE_INVALID');

      expect(await logIn(await kakaoAttempt(newPerson(), user.id))).toBe('SOCIAL_STATE_INVALID');
      const forLogin = await kakaoAttempt(newPerson());
      expect(await codeOf(test.social.link(actorOf(user), forLogin))).toBe('SOCIAL_STATE_INVALID');
      const forUser = await kakaoAttempt(newPerson(), user.id);
      expect(await codeOf(test.social.link(actorOf(other), forUser))).toBe('SOCIAL_STATE_INVALID');

      const late = await kakaoAttempt(newPerson());
      test.pass(10 * 60_000);
      expect(await logIn(late)).toBe('SOCIAL_STATE_INVALID');
      test.pass(1);
      expect(await test.social.pruneAttempts(1_000)).toBeGreaterThan(5);
      const kept = JSON.stringify(await db.primary.rows('SELECT * FROM social_attempts'));
      expect(kept).not.toContain(late.state);
    });

    it('finish one of many simultaneous tries of one state', async () => {
      const attempt = await kakaoAttempt(newPerson());
      const tries = await Promise.allSettled(
        Array.from({ length: 10 }, () =>
          test.social.logIn({ ...attempt, newAccount, client: nowhere }),
        ),
      );
      expect(tally(refusalsOf(tries).map(String))).toEqual({ SOCIAL_STATE_INVALID: 9 });
    });

    it('never open an account by its e-mail, verified or not, but link it once logged in', async () => {
      const [person, doubtful] = [newPerson(), newPerson()];
      const user = await test.signUp(`mail${person}`);
      await world.setKakao(person, { nickname: 'a', email: user.email.toUpperCase() });
      await world.setKakao(doubtful, { nickname: 'b', email: user.email, emailVerified: false });
      expect(await codeOf(kakaoLogIn(person))).toBe('SOCIAL_EMAIL_TAKEN');
      expect(await codeOf(kakaoLogIn(doubtful))).toBe('SOCIAL_EMAIL_TAKEN');
      expect(await test.social.list(actorOf(user))).toMatchObject({ links: [] });
      await link(user, person);
      await link(user, person);
      expect((await kakaoLogIn(person)).user.id).toBe(user.id);
      expect(await codeOf(link(user, doubtful))).toBe('SOCIAL_ALREADY_LINKED');
      const other = await test.signUp(`thief${person}`);
      expect(await codeOf(link(other, person))).toBe('SOCIAL_ALREADY_LINKED');
    });

    it('take no e-mail that the provider has not verified', async () => {
      const person = newPerson();
      const email = `doubtful${person}@example.com`;
      await world.setKakao(person, { nickname: 'c', email, emailVerified: false });
      expect((await kakaoLogIn(person)).user.email).toBe('');
      // So its owner can still sign up with it.
      expect((await test.signUp(`doubtful${person}`)).email).toBe(email);
    });

    it('say why a provider refuses, and let the same request be made again when it is down', async () => {
      const codes: Record<string, string> = {};
      for (const failure of ['scope-missing', 'under-14', 'not-linked']) {
        const person = newPerson();
        await world.setKakao(person, { nickname: 'd', failure });
        codes[failure] = await codeOf(kakaoLogIn(person));
      }
      expect(codes).toEqual({
        'scope-missing': 'SOCIAL_SCOPE_MISSING',
        'under-14': 'SOCIAL_UNDER_AGE',
        'not-linked': 'SOCIAL_CODE_INVALID',
      });

      const person = newPerson();
      await world.setKakao(person, { nickname: 'e', failure: 'token-down' });
      const attempt = await kakaoAttempt(person);
      const logIn = () => test.social.logIn({ ...attempt, newAccount, client: nowhere });
      expect(await codeOf(logIn())).toBe('UNAVAILABLE');
      await world.setKakao(person, { nickname: 'e', failure: 'me-down-once' });
      expect((await logIn()).user.name).toBe('e');

      const x = newPerson();
      for (const [failure, code] of [
        ['busy', 'UNAVAILABLE'],
        ['me-down', 'UNAVAILABLE'],
        ['token-down', 'UNAVAILABLE'],
        ['forbidden', 'SOCIAL_SCOPE_MISSING'],
      ]) {
        await world.setX(x, { name: 'x', failure });
        const input = { ...(await xAttempt(x)), newAccount, client: nowhere };
        expect({ failure, code: await codeOf(test.social.logIn(input)) }).toEqual({
          failure,
          code,
        });
      }
      const hasty = createTestAccounts(db, { ...world.settings, SOCIAL_TIMEOUT_MS: '100' });
      await world.setKakao(person, { nickname: 'e', failure: 'silent' });
      const silent = { ...(await kakaoAttempt(person)), newAccount, client: nowhere };
      expect(await codeOf(hasty.social.logIn(silent))).toBe('UNAVAILABLE');
    });

    it('refuse who is suspended, and note it', async () => {
      const person = newPerson();
      const { user } = await kakaoLogIn(person);
      const input = { requestId: unused('s'), userId: user.id, reason: 'fraud' };
      await test.users.suspendUser({ kind: 'service', name: 'test' }, input);
      expect(await codeOf(kakaoLogIn(person))).toBe('ACCOUNT_SUSPENDED');
      const [last] = await test.sessions.listAttempts(service, { userId: user.id, limit: 1 });
      expect(last).toMatchObject({ outcome: 'suspended', method: 'kakao' });
    });

    it('keep the last way in, also of two that are taken away at once, and tell Kakao', async () => {
      const person = newPerson();
      const { user } = await kakaoLogIn(person);
      const actor = actorOf(user);
      const unlink = (provider: 'kakao' | 'x', requestId = unused('u')) =>
        test.social.unlink(actor, { requestId, provider });
      expect(await codeOf(unlink('kakao'))).toBe('LAST_WAY_IN');
      expect(await codeOf(unlink('x'))).toBe('NOT_FOUND');

      const { codeVerifier, codeChallenge } = newPkce();
      const at = { provider: 'x', redirectUri: redirectUris.x, codeChallenge } as const;
      const begun = await test.social.begin({ ...nobody, ...at, userId: user.id });
      const back = await world.agree(begun.authorizationUrl, newPerson());
      const { nonce } = begun;
      await test.social.link(actor, { provider: 'x', ...back, codeVerifier, nonce });
      const both = await Promise.all([codeOf(unlink('kakao')), codeOf(unlink('x'))]);
      expect(both.toSorted()).toEqual(['LAST_WAY_IN', 'ok']);
      const { links } = await test.social.list(actor);
      expect(links).toHaveLength(1);
    });

    it('unlink once for a request id, and tell Kakao by a job until it knows', async () => {
      const person = newPerson();
      const user = await test.signUp(`leaver${person}`);
      await link(user, person);
      const input = { requestId: unused('u'), provider: 'kakao' } as const;
      await test.social.unlink(actorOf(user), input);
      await test.social.unlink(actorOf(user), input);
      const queued = await db.primary.rows<JobRow>('SELECT * FROM jobs WHERE kind = ?', [
        'social.tell-unlink',
      ]);
      const payload = JSON.parse(queued.at(-1)?.payload ?? '{}');
      expect(JSON.stringify(payload)).not.toContain(person);

      await world.setKakao(person, { nickname: 'f', failure: 'unlink-down' });
      expect(await test.social.tellUnlinks([payload])).toMatchObject([{ done: false }]);
      await world.setKakao(person, { nickname: 'f' });
      expect(await test.social.tellUnlinks([payload, payload])).toMatchObject([
        { done: true },
        { done: true },
      ]);
      expect(await world.look('kakao', person)).toMatchObject({ linked: false, unlinks: 1 });
      await link(user, person);
      expect(await test.social.tellUnlinks([payload])).toMatchObject([{ done: true }]);
      expect(await world.look('kakao', person)).toMatchObject({ linked: true, unlinks: 1 });
      const changes = await test.users.listAccountChanges({ userId: user.id, limit: 10 });
      expect(changes.map(({ kind }) => kind)).toEqual([
        'social_linked',
        'social_unlinked',
        'social_linked',
      ]);
    });

    it('end a link that was ended at Kakao; the account stays, and a reset opens it again', async () => {
      const person = newPerson();
      const { user } = await kakaoLogIn(person);
      await test.social.receiveKakaoUnlink(person);
      await test.social.receiveKakaoUnlink(person);
      await test.social.receiveKakaoUnlink('999999999999999');
      expect(await test.social.list(actorOf(user))).toMatchObject({ links: [] });
      expect(await codeOf(kakaoLogIn(person))).toBe('SOCIAL_EMAIL_TAKEN');
      const mails = await db.primary.rows<{ template: string }>(
        'SELECT template FROM mails WHERE userId = ?',
        [user.id],
      );
      expect(mails).toEqual([{ template: 'social_unlinked' }]);
    });

    it('leave no link behind when the owner of an e-mail that was never verified resets it', async () => {
      const person = newPerson();
      const squatter = await test.signUp(`squat${person}`);
      await link(squatter, person);
      await test.users.requestPasswordReset(squatter.email, '');
      const [job] = await db.primary.rows<JobRow>(
        'SELECT * FROM jobs WHERE kind = ? ORDER BY id DESC LIMIT 1',
        ['users.send-reset'],
      );
      const { sealedEmail } = JSON.parse(job?.payload ?? '{}');
      await test.users.sendPasswordReset({ jobId: job?.id ?? '', sealedEmail });
      const mails = await db.primary.rows<{ id: string }>(
        `SELECT id FROM mails WHERE userId = ? AND template = 'reset_password'`,
        [squatter.id],
      );
      await test.notifications.sendMails(mails.map(({ id }) => id));
      const folder = join(test.dataDir, 'mails');
      const [file = ''] = readdirSync(folder);
      const { token } = linkIn(readMail(readFileSync(join(folder, file), 'utf8')));
      await test.users.resetPassword({ token, password: goodPassword });
      expect(await test.social.list(actorOf(squatter))).toMatchObject({
        links: [],
        hasPassword: true,
      });
    });

    it('are off without keys in production', async () => {
      const config = { ...test.config, ONAIR_ENV: 'production' } as const;
      const clock = { now: test.now };
      const log = silentLogger();
      const limits = createLimits(config, log);
      const social = createSocial(
        { config, db, clock, log, pulse: test.pulse, vault: testVault },
        { ...test, limits },
      );
      expect(await codeOf(social.begin({ ...nobody, ...atKakao }))).toBe('SOCIAL_DISABLED');
      const attempt = await kakaoAttempt(newPerson());
      const input = { ...attempt, newAccount, client: nowhere };
      expect(await codeOf(social.logIn(input))).toBe('SOCIAL_DISABLED');
      // Links of then can still be taken away.
      const taken = { provider: 'kakao', sealedSubject: 'sealed' } as const;
      expect(await social.tellUnlinks([taken])).toMatchObject([{ done: false }]);
    });

    it('only lead where they may, and are begun and made a bounded number of times', async () => {
      const away = { ...nobody, ...atKakao, redirectUri: 'https://evil.example/login/kakao' };
      expect(await codeOf(test.social.begin(away))).toBe('INVALID_ARGUMENT');
      const bare = { ...nobody, provider: 'x', redirectUri: redirectUris.x } as const;
      expect(await codeOf(test.social.begin(bare))).toBe('INVALID_ARGUMENT');
      const few = createTestAccounts(db, { ...world.settings, SIGN_UPS_PER_HOUR: '1' });
      const begin = () =>
        codeOf(few.social.begin({ ...nobody, ...atKakao, address: '203.0.113.5' }));
      expect(tally(await Promise.all([1, 2, 3, 4, 5].map(begin)))).toEqual({
        ok: 4,
        RATE_LIMITED: 1,
      });
      const from = { address: '203.0.113.6', userAgent: '' };
      const finish = async () => {
        const input = await kakaoAttempt(newPerson());
        return codeOf(few.social.logIn({ ...input, newAccount, client: from }));
      };
      expect([await finish(), await finish()]).toEqual(['ok', 'RATE_LIMITED']);
    });
  },
  accountsSchema,
);
