import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  nowhere,
  plainSignUp,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type MailServer, startMailServer } from '../../test/kit/mail-server.ts';
import { codeOf, person, tally, unused } from '../../test/kit/market.ts';
import { linkIn } from '../../test/kit/read-mail.ts';
import type { Database, JobRow } from '../db/index.ts';
import type { User } from './user.ts';

const newPassword = 'a new and better one';
const minuteMs = 60_000;

describeOnBothDatabases(
  'accounts and their mails',
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
      test = createTestAccounts(db, { SMTP_URL: server.url, WEB_URL: 'https://onair.kr/' });
      await db.transaction((tx) => tx.execute('DELETE FROM jobs'));
    });
    afterEach(() => test.notifications.close());

    const actorOf = ({ id: userId, name, roles }: User): UserActor => {
      return { kind: 'user', userId, sessionId: 'ses_x', name, roles };
    };
    const jobs = (kind: string) =>
      db.primary.rows<JobRow>('SELECT * FROM jobs WHERE kind = ? ORDER BY id', [kind]);

    /** Does what the workers do: makes links that were asked for, and sends what is queued. */
    async function work(): Promise<void> {
      for (const { id, payload } of await jobs('users.send-reset')) {
        const { sealedEmail } = JSON.parse(payload);
        await test.users.sendPasswordReset({ jobId: id, sealedEmail });
      }
      const ids = (await jobs('notifications.send-mail')).map(
        ({ payload }) => JSON.parse(payload).mailId,
      );
      await test.notifications.sendMails(ids);
    }
    /** The token of the newest mail to someone. */
    async function tokenFor(email: string, count: number): Promise<string> {
      await work();
      const mails = await server.mailsTo(email, count);
      return linkIn(mails.at(-1) ?? mails[0] ?? raise()).token;
    }
    const askReset = (email: string, address = '') =>
      test.users.requestPasswordReset(email, address);
    const reset = (token: string, password = newPassword) =>
      test.users.resetPassword({ token, password });

    it('verify the e-mail by the link that comes with the sign-up, once', async () => {
      const user = await test.signUp(`user${number}`);
      expect(user.emailVerifiedAt).toBeUndefined();
      await work();
      const [mail] = await server.mailsTo(user.email);
      const { page, token } = linkIn(mail ?? raise());
      expect(page).toBe('https://onair.kr/account/verify-email');
      await test.users.verifyEmail(token);
      const after = await test.users.readIn(db.primary, user.id);
      expect(after.emailVerifiedAt).toBe(test.now());
      expect(await codeOf(test.users.verifyEmail(token))).toBe('LINK_NOT_VALID');
      expect(await test.users.listAccountChanges({ userId: user.id, limit: 5 })).toMatchObject([
        { kind: 'email_verified', changedBy: user.id },
      ]);
    });

    it('verify it once also when the link is followed many times at once', async () => {
      const user = await test.signUp(`user${number}`);
      const token = await tokenFor(user.email, 1);
      const codes = await Promise.all(
        Array.from({ length: 8 }, () => codeOf(test.users.verifyEmail(token))),
      );
      expect(tally(codes)).toEqual({ ok: 1, LINK_NOT_VALID: 7 });
    });

    it('get a new link on demand, which voids the one before; a few an hour; none once verified', async () => {
      const user = await test.signUp(`user${number}`);
      const first = await tokenFor(user.email, 1);
      await test.users.requestEmailVerification(actorOf(user));
      const second = await tokenFor(user.email, 2);
      expect(await codeOf(test.users.verifyEmail(first))).toBe('LINK_NOT_VALID');
      for (let i = 0; i < 4; i += 1) await test.users.requestEmailVerification(actorOf(user));
      const refusal = await test.users
        .requestEmailVerification(actorOf(user))
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
      expect(
        Number(refusal instanceof DomainError ? refusal.details.retryAfterMs : 0),
      ).toBeGreaterThan(3_000_000);
      expect(await codeOf(test.users.verifyEmail(second))).toBe('LINK_NOT_VALID');
      const last = await tokenFor(user.email, 6);
      await test.users.verifyEmail(last);
    });

    it('refuse links that are too old, made up, or of another kind', async () => {
      const user = await test.signUp(`user${number}`);
      const token = await tokenFor(user.email, 1);
      expect(await codeOf(reset(token))).toBe('LINK_NOT_VALID');
      expect(await codeOf(test.users.verifyEmail('made up'))).toBe('LINK_NOT_VALID');
      test.pass(24 * 60 * minuteMs);
      expect(await codeOf(test.users.verifyEmail(token))).toBe('LINK_NOT_VALID');
    });

    it('reset the password by a link, end every session, and tell the owner', async () => {
      const user = await test.signUp(`user${number}`);
      const tokens = await test.logIn(user.email);
      await askReset(` ${user.email.toUpperCase()}`);
      const token = await tokenFor(user.email, 2);
      await reset(token);
      expect(await codeOf(reset(token))).toBe('LINK_NOT_VALID');
      expect(await codeOf(test.logIn(user.email, goodPassword))).toBe('BAD_CREDENTIALS');
      await test.logIn(user.email, newPassword);
      expect(await codeOf(test.sessions.refreshSession(tokens.refreshToken, nowhere))).toBe(
        'SESSION_REVOKED',
      );
      await work();
      const [, , notice] = await server.mailsTo(user.email, 3);
      expect(notice?.subject).toBe('[온에어] 비밀번호가 변경되었습니다');
      // Who had the link had the mailbox.
      expect((await test.users.readIn(db.primary, user.id)).emailVerifiedAt).toBe(test.now());
    });

    it('reset it once of many times at once, and leave the link alone when the password is weak', async () => {
      const user = await test.signUp(`user${number}`);
      await askReset(user.email);
      const token = await tokenFor(user.email, 2);
      expect(await codeOf(reset(token, 'password1'))).toBe('WEAK_PASSWORD');
      expect(await codeOf(reset(token, `my ${user.name} password`))).toBe('WEAK_PASSWORD');
      const codes = await Promise.all(
        Array.from({ length: 5 }, (_, i) => codeOf(reset(token, `${newPassword} ${i}`))),
      );
      expect(tally(codes)).toEqual({ ok: 1, LINK_NOT_VALID: 4 });
    });

    it('make a reset link void by asking for another, and after half an hour', async () => {
      const user = await test.signUp(`user${number}`);
      await askReset(user.email);
      const first = await tokenFor(user.email, 2);
      test.pass(minuteMs);
      await askReset(user.email);
      const second = await tokenFor(user.email, 3);
      expect(await codeOf(reset(first))).toBe('LINK_NOT_VALID');
      test.pass(30 * minuteMs);
      expect(await codeOf(reset(second))).toBe('LINK_NOT_VALID');
    });

    it('make one link of a job that ran twice', async () => {
      const user = await test.signUp(`user${number}`);
      await askReset(user.email);
      await work();
      await work();
      expect(await server.mailsTo(user.email, 2)).toHaveLength(2);
    });

    it('tell nobody whether an e-mail has an account: same answer, same work, same limits', async () => {
      const user = await test.signUp(`user${number}`);
      await db.transaction((tx) => tx.execute('DELETE FROM jobs'));
      const stranger = `nobody${number}@example.com`;
      const codesFor = async (email: string) => {
        const codes: string[] = [];
        for (let i = 0; i < 7; i += 1) codes.push(await codeOf(askReset(email)));
        return codes;
      };
      const codes = await codesFor(user.email);
      expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED']);
      expect(await codesFor(stranger)).toEqual(codes);
      expect(await codesFor('no e-mail at all')).toEqual(codes);
      const queued = await jobs('users.send-reset');
      expect(queued).toHaveLength(15);
      for (const { payload } of queued) expect(payload).not.toMatch(/example|mail at all/);
      await work();
      expect(server.asked).not.toContain(stranger);
    });

    it('bound what one address may ask for, whatever the e-mails', async () => {
      const strict = createTestAccounts(db, { SIGN_UPS_PER_HOUR: '3' });
      const ask = (i: number) =>
        codeOf(strict.users.requestPasswordReset(`x${i}@example.com`, '203.0.113.9'));
      expect(tally(await Promise.all([1, 2, 3, 4].map(ask)))).toEqual({ ok: 3, RATE_LIMITED: 1 });
      const signUp = (i: number) =>
        codeOf(
          strict.users.signUp({
            ...plainSignUp,
            requestId: `r${i}`,
            email: `many${number}-${i}@example.com`,
            name: 'someone',
            address: '203.0.113.9',
          }),
        );
      expect(tally(await Promise.all([1, 2, 3, 4].map(signUp)))).toEqual({
        ok: 3,
        RATE_LIMITED: 1,
      });
    });

    it('write in the language of the account, and tell of a suspension', async () => {
      const user = await test.users.signUp({
        ...plainSignUp,
        requestId: unused('en'),
        email: `english${number}@example.com`,
        name: 'Smith',
        language: 'en',
      });
      const admin = person('admin');
      const input = { requestId: unused('s'), userId: user.id, reason: 'fraud' };
      await test.users.suspendUser(admin, input);
      await work();
      const subjects = (await server.mailsTo(user.email, 2)).map(({ subject }) => subject);
      expect(subjects.toSorted()).toEqual([
        '[온에어] Please confirm your e-mail address',
        '[온에어] Your account is suspended',
      ]);
      // No link for who may not log in.
      await askReset(user.email);
      await work();
      expect(await server.mailsTo(user.email, 2)).toHaveLength(2);
    });
  },
  accountsSchema,
);

function raise(): never {
  throw new Error('no mail');
}
