import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  nowhere,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, person, tally, unused } from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';

describeOnBothDatabases(
  'suspensions',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    const admin = person('admin');
    let number = 0;
    beforeAll(async () => {
      db = await open();
      test = createTestAccounts(db);
    });
    const suspend = (userId: string, requestId = unused('s')) =>
      test.users.suspendUser(admin, { requestId, userId, reason: '사기 신고 3건' });
    const unsuspend = (userId: string) =>
      test.users.unsuspendUser(admin, { requestId: unused('u'), userId, reason: '소명됨' });
    const newUser = () => {
      number += 1;
      return test.signUp(`suspect${number}`);
    };

    it('end every session and keep the account out until they end; both with who and why', async () => {
      const user = await newUser();
      const tokens = await test.logIn(user.email);
      expect((await suspend(user.id)).suspended).toBe(true);
      expect(await codeOf(test.sessions.refreshSession(tokens.refreshToken, nowhere))).toBe(
        'SESSION_REVOKED',
      );
      expect(await codeOf(test.logIn(user.email))).toBe('ACCOUNT_SUSPENDED');
      const { ended } = await test.sessions.listEnded(undefined);
      expect(ended.length).toBeGreaterThan(0);
      expect(await test.users.suspendedAmong(db.primary, [user.id, admin.userId])).toEqual(
        new Set([user.id]),
      );
      expect((await unsuspend(user.id)).suspended).toBe(false);
      await test.logIn(user.email);
      expect(await test.users.listAccountChanges({ userId: user.id, limit: 10 })).toMatchObject([
        { kind: 'unsuspended', reason: '소명됨', changedBy: admin.userId },
        { kind: 'suspended', reason: '사기 신고 3건', changedBy: admin.userId },
      ]);
    });

    it('are noted once, however often they are repeated', async () => {
      const user = await newUser();
      await Promise.all([suspend(user.id, 'same'), suspend(user.id, 'same'), suspend(user.id)]);
      const changes = await test.users.listAccountChanges({ userId: user.id, limit: 10 });
      expect(tally(changes.map(({ kind }) => kind))).toEqual({ suspended: 1 });
    });

    it('let no log-in through that began before them', async () => {
      for (let round = 0; round < 5; round += 1) {
        const user = await newUser();
        const logIns = Array.from({ length: 4 }, () => test.logIn(user.email, goodPassword));
        const [, ...outcomes] = await Promise.allSettled([suspend(user.id), ...logIns]);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') continue;
          const { refreshToken } = outcome.value;
          expect(await codeOf(test.sessions.refreshSession(refreshToken, nowhere))).toBe(
            'SESSION_REVOKED',
          );
        }
      }
    });

    it('are not for admins, and there are none for nobody', async () => {
      const { user } = await test.users.ensureUser({
        email: 'second-admin@example.com',
        password: goodPassword,
        name: 'boss',
        roles: ['admin'],
        reason: 'test',
      });
      expect(await codeOf(suspend(user.id))).toBe('INVALID_STATE');
      expect(await codeOf(suspend(person().userId))).toBe('NOT_FOUND');
    });

    it('stand in one list with the roles given and taken', async () => {
      const user = await newUser();
      const change = { userId: user.id, role: 'seller', reason: '입점' } as const;
      await test.users.grantRole(admin, { ...change, requestId: unused('g') });
      await suspend(user.id);
      await test.users.revokeRole(admin, { ...change, requestId: unused('r') });
      const changes = await test.users.listAccountChanges({ userId: user.id, limit: 10 });
      expect(changes.map(({ kind }) => kind)).toEqual([
        'role_revoked:seller',
        'suspended',
        'role_granted:seller',
      ]);
      const [newest] = changes;
      const rest = await test.users.listAccountChanges({
        userId: user.id,
        beforeId: newest?.id,
        limit: 1,
      });
      expect(rest.map(({ kind }) => kind)).toEqual(['suspended', 'role_granted:seller']);
    });
  },
  accountsSchema,
);
