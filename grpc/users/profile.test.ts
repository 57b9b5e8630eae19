import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  nowhere,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type MailServer, startMailServer } from '../../test/kit/mail-server.ts';
import { codeOf, tally, unused } from '../../test/kit/market.ts';
import { linkIn } from '../../test/kit/read-mail.ts';
import { testVault } from '../../test/kit/vault.ts';
import type { Database, JobRow } from '../db/index.ts';
import type { User } from './user.ts';

const newPassword = 'a new and better one';
const minuteMs = 60_000;

describeOnBothDatabases(
  'people and their own accounts',
  (open) => {
    let db: Database;
    let server: MailServer;
    let test: TestAccounts;
    let number = 0;
    beforeAll(async () => {
      [db, server] = await Promise.all([open(), startMailServer()]);
    });
    afterAll(() => server.goDown());
    beforeEach(async () => {
      number += 1;
      test = createTestAccounts(db, {
        ...{ SMTP_URL: server.url, LOGIN_FREE_FAILURES: '3', LOGIN_FIRST_DELAY_SECONDS: '60' },
      });
      await db.transaction((tx) => tx.execute('DELETE FROM jobs'));
    });
    afterEach(() => test.notifications.close());

    const readUser = (user: User) => test.users.readIn(db.primary, user.id);
    const changesOf = async (user: User) =>
      (await test.users.listAccountChanges({ userId: user.id, limit: 9 })).map(({ kind }) => kind);
    const newEmail = () => unused('new').toLowerCase().concat('@example.com');

    /** Someone who logged in just now, as that session's access tokens name them. */
    async function someone(suffix = ''): Promise<{ user: User; me: UserActor; refresh: string }> {
      const user = await test.signUp(`profile${number}${suffix}`);
      const { refreshToken: refresh, user: logged } = await test.logIn(user.email);
      const me = { ...logged, kind: 'user', userId: user.id, sessionId: '' } as const;
      const [session] = await test.sessions.listSessions(me, { userId: user.id, limit: 1 });
      return { user, me: { ...me, sessionId: session?.id ?? '' }, refresh };
    }

    async function mailsTo(email: string, count: number) {
      const jobs = await db.primary.rows<JobRow>(
        `SELECT * FROM jobs WHERE kind = 'notifications.send-mail' ORDER BY id`,
      );
      await test.notifications.sendMails(jobs.map(({ payload }) => JSON.parse(payload).mailId));
      return server.mailsTo(email, count);
    }
    async function tokenFor(email: string, count = 1): Promise<string> {
      const mails = await mailsTo(email, count);
      return linkIn(mails.at(-1) ?? raise()).token;
    }
    const askFor = (
      me: UserActor,
      email: string,
      password = goodPassword,
      requestId = unused('e'),
    ) => test.users.requestEmailChange(me, { requestId, email, password });
    const change = (
      me: UserActor,
      currentPassword: string,
      to = newPassword,
      requestId = unused('p'),
    ) => test.users.changePassword(me, { requestId, currentPassword, newPassword: to });

    it('change name, phone number and language, each by itself, once for a request', async () => {
      const { user, me } = await someone();
      const update = (more: object, requestId = unused('u')) =>
        test.users.updateProfile(me, { requestId, ...more });
      expect(await update({ name: '김철수' })).toEqual({ ...user, name: '김철수' });
      expect(await update({ phone: '+821099998888' })).toMatchObject({
        name: '김철수',
        phone: '+821099998888',
      });
      const requestId = unused('u');
      expect(await update({ language: 'en', phone: '' }, requestId)).toMatchObject({
        language: 'en',
        phone: '',
      });
      await update({ language: 'ko' });
      await update({ language: 'en', phone: '' }, requestId);
      expect(await readUser(user)).toMatchObject({ name: '김철수', phone: '', language: 'ko' });
      expect(await codeOf(update({ language: 'ko' }, requestId))).toBe('REQUEST_ID_REUSED');
    });

    it('get another e-mail when the link that is mailed there is followed, not before', async () => {
      const { user, me, refresh } = await someone();
      const email = newEmail();
      await askFor(me, email);
      expect((await readUser(user)).email).toBe(user.email);
      const token = await tokenFor(email);
      expect((await mailsTo(user.email, 2)).map(({ subject }) => subject).toSorted()).toEqual([
        '[온에어] 이메일 변경 요청을 받았습니다',
        '[온에어] 이메일 주소를 확인해 주세요',
      ]);
      test.pass(minuteMs);
      await test.users.confirmEmailChange(token);
      expect(await readUser(user)).toMatchObject({ email, emailVerifiedAt: test.now() });
      expect(await codeOf(test.users.confirmEmailChange(token))).toBe('LINK_NOT_VALID');
      expect(await changesOf(user)).toEqual(['email_changed']);
      expect((await mailsTo(user.email, 3)).at(-1)?.subject).toBe(
        '[온에어] 이메일이 변경되었습니다',
      );
      await test.logIn(email);
      expect(await codeOf(test.logIn(user.email))).toBe('BAD_CREDENTIALS');
      await test.sessions.refreshSession(refresh, nowhere);
      // The old address is anyone's again.
      await test.signUp(`profile${number}`);
    });

    it('keep the new address unreadable until it is confirmed', async () => {
      const { me } = await someone();
      const email = `Strange.${newEmail()}`;
      await askFor(me, email);
      const links = await db.primary.rows('SELECT sealedEmail, tokenHash FROM account_links');
      expect(JSON.stringify(links)).not.toContain('Strange');
    });

    it('void the links that were mailed to the e-mail before, and the older of two changes', async () => {
      const { user, me } = await someone();
      const verification = await tokenFor(user.email);
      const [first, second] = [newEmail(), newEmail()];
      await askFor(me, first);
      const firstToken = await tokenFor(first);
      await askFor(me, second);
      expect(await codeOf(test.users.confirmEmailChange(firstToken))).toBe('LINK_NOT_VALID');
      await test.users.confirmEmailChange(await tokenFor(second));
      expect(await codeOf(test.users.verifyEmail(verification))).toBe('LINK_NOT_VALID');
    });

    it('follow a link once of many times at once, and not after a day', async () => {
      const { user, me } = await someone();
      const email = newEmail();
      await askFor(me, email);
      const token = await tokenFor(email);
      const codes = await Promise.all(
        Array.from({ length: 8 }, () => codeOf(test.users.confirmEmailChange(token))),
      );
      expect(tally(codes)).toEqual({ ok: 1, LINK_NOT_VALID: 7 });
      const later = newEmail();
      await askFor(me, later);
      const laterToken = await tokenFor(later);
      test.pass(24 * 60 * minuteMs);
      expect(await codeOf(test.users.confirmEmailChange(laterToken))).toBe('LINK_NOT_VALID');
      expect((await readUser(user)).email).toBe(email);
    });

    it('of 100 accounts that confirm one e-mail at once: one gets it', async () => {
      const email = newEmail();
      const people = [];
      for (let i = 0; i < 100; i += 1) people.push(await someone(`-${i}`));
      await Promise.all(people.map(({ me }) => askFor(me, email)));
      const mails = await mailsTo(email, 100);
      const tokens = mails.map((mail) => linkIn(mail).token);
      const codes = await Promise.all(
        tokens.map((token) => codeOf(test.users.confirmEmailChange(token))),
      );
      expect(tally(codes)).toEqual({ ok: 1, EMAIL_TAKEN: 99 });
      const holders = await db.primary.rows('SELECT id FROM users WHERE emailKey = ?', [
        testVault.blindIndex('email', email),
      ]);
      expect(holders).toHaveLength(1);
    }, 60_000);

    it('are refused an e-mail that has an account, a wrong password, and too many mails', async () => {
      const { me } = await someone();
      const other = await test.signUp(`profile${number}-other`);
      expect(await codeOf(askFor(me, other.email.toUpperCase()))).toBe('EMAIL_TAKEN');
      expect(await codeOf(askFor(me, newEmail(), 'wrong'))).toBe('BAD_CREDENTIALS');
      expect(await codeOf(askFor(me, newEmail(), ''))).toBe('BAD_CREDENTIALS');
      const [email, requestId] = [newEmail(), unused('e')];
      await askFor(me, email, goodPassword, requestId);
      for (let i = 0; i < 3; i += 1) await askFor(me, newEmail());
      expect(await codeOf(askFor(me, newEmail()))).toBe('RATE_LIMITED');
      // Asked again, the same request is answered as before and mails nothing.
      await askFor(me, email, goodPassword, requestId);
      expect(await mailsTo(email, 1)).toHaveLength(1);
      expect(await codeOf(askFor(me, newEmail(), goodPassword, requestId))).toBe(
        'REQUEST_ID_REUSED',
      );
    });

    it('change the password: every other device is logged out, this one stays, a mail tells', async () => {
      const { user, me, refresh } = await someone();
      const other = await test.logIn(user.email);
      await change(me, goodPassword);
      expect(await codeOf(test.sessions.refreshSession(other.refreshToken, nowhere))).toBe(
        'SESSION_REVOKED',
      );
      await test.sessions.refreshSession(refresh, nowhere);
      expect(await codeOf(test.logIn(user.email))).toBe('BAD_CREDENTIALS');
      await test.logIn(user.email, newPassword);
      expect(await changesOf(user)).toEqual(['password_changed']);
      const [, notice] = await mailsTo(user.email, 2);
      expect(notice?.text).toContain('변경한 기기를 제외한');
    });

    it('change it once for a request, and know the request again by the new password', async () => {
      const { user, me } = await someone();
      const requestId = unused('p');
      await Promise.all([1, 2, 3].map(() => change(me, goodPassword, newPassword, requestId)));
      await change(me, goodPassword, newPassword, requestId);
      expect(await changesOf(user)).toEqual(['password_changed']);
      expect(await codeOf(change(me, goodPassword, 'yet another one', requestId))).toBe(
        'REQUEST_ID_REUSED',
      );
      expect(JSON.stringify(await db.primary.rows('SELECT * FROM requests'))).not.toContain(
        newPassword,
      );
    });

    it('of two changes at once with one password: one', async () => {
      const { user, me } = await someone();
      const codes = await Promise.all(
        ['one and only one', 'two and only two'].map((to) => codeOf(change(me, goodPassword, to))),
      );
      expect(tally(codes)).toEqual({ ok: 1, BAD_CREDENTIALS: 1 });
      expect(await changesOf(user)).toEqual(['password_changed']);
    });

    it('are refused a weak password, and slowed down when they guess, whatever they ask for', async () => {
      const { user, me } = await someone();
      expect(await codeOf(change(me, goodPassword, 'short'))).toBe('WEAK_PASSWORD');
      expect(await codeOf(change(me, goodPassword, `my ${user.name} here`))).toBe('WEAK_PASSWORD');
      const guess = (i: number) =>
        codeOf(i % 2 === 0 ? change(me, `guess ${i}`) : askFor(me, newEmail(), `guess ${i}`));
      const codes = [];
      for (let i = 0; i < 6; i += 1) codes.push(await guess(i));
      expect(codes).toEqual([
        ...new Array(4).fill('BAD_CREDENTIALS'),
        ...new Array(2).fill('RATE_LIMITED'),
      ]);
      expect(await codeOf(change(me, goodPassword))).toBe('RATE_LIMITED');
      // The owner can still log in.
      await test.logIn(user.email);
    });

    it('without a password prove who they are by having just logged in, and so get one', async () => {
      const { user, me } = await someone();
      await db.transaction((tx) =>
        tx.execute('UPDATE users SET passwordHash = NULL WHERE id = ?', [user.id]),
      );
      test.pass(10 * minuteMs + 1);
      expect(await codeOf(change(me, ''))).toBe('REAUTHENTICATION_REQUIRED');
      expect(await codeOf(change({ ...me, sessionId: newId('ses') }, ''))).toBe(
        'REAUTHENTICATION_REQUIRED',
      );
      test.pass(-1);
      await change(me, '');
      await test.logIn(user.email, newPassword);
      expect(await codeOf(change(me, '', 'yet another one'))).toBe('BAD_CREDENTIALS');
    });
  },
  accountsSchema,
);

function raise(): never {
  throw new Error('no mail');
}
