import { DomainError } from '../../common/errors/index.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, person, tally, unused } from '../../test/kit/market.ts';
import { until } from '../../test/kit/until.ts';
import type { Database } from '../db/index.ts';

const admin = person('admin');

describeOnBothDatabases(
  'logging in',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    let number = 0;
    const limits = { LOGIN_FREE_FAILURES: '5', LOGIN_MAX_DELAY_SECONDS: '60' };
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => {
      number += 1;
      // Long enough for none to be over before what it is for has been tried.
      test = createTestAccounts(db, { ...limits, LOGIN_FIRST_DELAY_SECONDS: '60' });
    });

    const attempt = (email: string, password: string, address = '') =>
      test.sessions.logIn({ email, password, client: { address, userAgent: 'test' } });
    const codesOf = (attempts: readonly Promise<unknown>[]) => Promise.all(attempts.map(codeOf));
    const outcomes = async (filter: { userId?: string; address?: string } = {}) =>
      tally(
        (await test.sessions.listAttempts(admin, { ...filter, limit: 1_000 })).map(
          (row) => row.outcome,
        ),
      );

    it('is delayed after five failures, by a time that is told, and the right password too', async () => {
      test = createTestAccounts(db, limits);
      const user = await test.signUp(`user${number}`);
      for (let i = 0; i < 6; i += 1) {
        expect(await codeOf(attempt(user.email, 'wrong password'))).toBe('BAD_CREDENTIALS');
      }
      const refusal = await attempt(user.email, goodPassword).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(DomainError);
      expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
      const wait = Number(refusal instanceof DomainError ? refusal.details.retryAfterMs : 0);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(1_000);
      await until('the delay is over', () => attempt(user.email, goodPassword));
      // A success forgets the failures.
      expect(
        await codesOf([attempt(user.email, 'wrong'), attempt(user.email, goodPassword)]),
      ).toEqual(['BAD_CREDENTIALS', 'ok']);
    });

    it('lets six of 60 guesses at once through, whether there is such an account or not', async () => {
      const user = await test.signUp(`user${number}`);
      for (const email of [user.email, `nobody${number}@example.com`]) {
        const codes = await codesOf(
          Array.from({ length: 60 }, (_, i) => attempt(email, `guess number ${i}`)),
        );
        expect(tally(codes)).toEqual({ BAD_CREDENTIALS: 6, RATE_LIMITED: 54 });
      }
      // However an e-mail is spelled, its account is one.
      expect(await codeOf(attempt(` ${user.email.toUpperCase()}`, goodPassword))).toBe(
        'RATE_LIMITED',
      );
    });

    it('is delayed for an address that fails at many accounts, and for it alone', async () => {
      const user = await test.signUp(`user${number}`);
      const bad = `203.0.113.${number}`;
      const codes = await codesOf(
        Array.from({ length: 60 }, (_, i) => attempt(`nobody${number}-${i}@example.com`, 'x', bad)),
      );
      expect(tally(codes)).toEqual({ BAD_CREDENTIALS: 51, RATE_LIMITED: 9 });
      expect(await codeOf(attempt(user.email, goodPassword, bad))).toBe('RATE_LIMITED');
      expect(await codeOf(attempt(user.email, goodPassword, '198.51.100.1'))).toBe('ok');
    });

    it('by its owner does not clear the way for guesses at other accounts', async () => {
      const mine = await test.signUp(`mine${number}`);
      const bad = `192.0.2.${number}`;
      const codes: string[] = [];
      for (let i = 0; i < 60; i += 1) {
        if (i % 10 === 0) await codeOf(attempt(mine.email, goodPassword, bad));
        codes.push(await codeOf(attempt(`no${number}-${i}@example.com`, 'x', bad)));
      }
      expect(tally(codes).RATE_LIMITED ?? 0).toBeGreaterThan(0);
    });

    it('is noted with who, from where and how it ended, but never what was typed', async () => {
      const user = await test.signUp(`user${number}`);
      const address = `198.18.0.${number}`;
      await attempt(user.email, goodPassword, address);
      await codeOf(attempt(user.email, 'wrong password', address));
      await codeOf(attempt('my-secret-password', 'oops', address));
      const rows = await test.sessions.listAttempts(admin, { address, limit: 10 });
      expect(rows).toMatchObject([
        { userId: null, outcome: 'bad_credentials', userAgent: 'test', address: '198.18.0.*' },
        { userId: user.id, outcome: 'bad_credentials' },
        { userId: user.id, outcome: 'opened' },
      ]);
      expect(JSON.stringify(rows)).not.toMatch(/secret|wrong|horse/);
      expect(await outcomes({ userId: user.id })).toEqual({ opened: 1, bad_credentials: 1 });
      const stored = JSON.stringify(await db.read.rows('SELECT * FROM login_attempts'));
      expect(stored).not.toContain(address);
    });

    it('shows its address in full for a reason, which is noted', async () => {
      const user = await test.signUp(`user${number}`);
      const address = `198.18.1.${number}`;
      await attempt(user.email, goodPassword, address);
      const reason = '도용 신고';
      const shown = await test.sessions.listAttempts(admin, { address, limit: 10, reason });
      expect(shown).toMatchObject([{ userId: user.id, address }]);
      const sql = 'SELECT * FROM personal_data_reads WHERE userId = ?';
      expect(await db.read.rows(sql, [user.id])).toMatchObject([
        { readBy: admin.userId, fields: 'address', source: 'sessions.listLoginAttempts', reason },
      ]);
    });

    it('is noted once when it is limited again and again', async () => {
      const user = await test.signUp(`user${number}`);
      await codesOf(Array.from({ length: 50 }, () => attempt(user.email, 'guess')));
      expect(await outcomes({ userId: user.id })).toEqual({ bad_credentials: 6, limited: 1 });
    });

    it('is refused to a suspended account, which only who knows the password learns', async () => {
      const user = await test.signUp(`user${number}`);
      const admin = person('admin');
      const input = { userId: user.id, reason: '사기 신고' };
      await test.users.suspendUser(admin, { ...input, requestId: unused('s') });
      expect(await codeOf(attempt(user.email, 'wrong password'))).toBe('BAD_CREDENTIALS');
      expect(await codeOf(attempt(user.email, goodPassword))).toBe('ACCOUNT_SUSPENDED');
      await test.users.unsuspendUser(admin, { ...input, requestId: unused('u') });
      expect(await codeOf(attempt(user.email, goodPassword))).toBe('ok');
    });

    it('is forgotten after 90 days', async () => {
      await codeOf(attempt(`nobody${number}@example.com`, 'x'));
      test.pass(91 * 86_400_000);
      await codeOf(attempt(`later${number}@example.com`, 'x'));
      let pruned = 0;
      for (let more = 1; more > 0; pruned += more) more = await test.sessions.pruneAttempts(1);
      expect(pruned).toBeGreaterThan(0);
      expect(await outcomes()).toEqual({ bad_credentials: 1 });
    });
  },
  accountsSchema,
);
