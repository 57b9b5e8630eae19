import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { SessionNews } from '../../common/pulse/index.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, person } from '../../test/kit/market.ts';
import { until } from '../../test/kit/until.ts';
import type { Database } from '../db/index.ts';
import type { User } from '../users/index.ts';

const phone = { address: '203.0.113.7', userAgent: 'Phone' };
const laptop = { address: '2001:db8:1:2::5', userAgent: 'Laptop' };

describeOnBothDatabases(
  'devices that are logged in',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    let number = 0;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => {
      number += 1;
      test = createTestAccounts(db);
    });

    const asUser = (user: User, sessionId = newId('ses')): UserActor => {
      const { id: userId, name, roles } = user;
      return { kind: 'user', userId, sessionId, name, roles };
    };
    async function withTwoDevices() {
      const user = await test.signUp(`user${number}`);
      const logIn = (client: typeof phone) =>
        test.sessions.logIn({ email: user.email, password: goodPassword, client });
      const tokens = [await logIn(phone), await logIn(laptop)] as const;
      const me = asUser(user);
      const list = () => test.sessions.listSessions(me, { userId: user.id, limit: 20 });
      return { user, me, tokens, list };
    }

    it('are listed newest first, by device and masked address, as they were last used', async () => {
      const { tokens, list } = await withTwoDevices();
      expect(await list()).toMatchObject([
        { userAgent: 'Laptop', address: '2001:db8:1:*' },
        { userAgent: 'Phone', address: '203.0.113.*' },
      ]);
      test.pass(60_000);
      const moved = { address: '198.51.100.1', userAgent: 'Phone 2' };
      await test.sessions.refreshSession(tokens[0].refreshToken, moved);
      expect((await list())[1]).toMatchObject({
        userAgent: 'Phone 2',
        address: '198.51.100.*',
        refreshedAt: test.now(),
      });
    });

    it('can be logged out one by one, and whoever verifies hears of it at once', async () => {
      const { me, tokens, list } = await withTwoDevices();
      const heard: SessionNews[] = [];
      test.pulse.onSessions((news) => heard.push(news));
      const [, first] = await list();
      if (first === undefined) throw new Error('no session');
      await test.sessions.revokeSession(me, first.id);
      await test.sessions.revokeSession(me, first.id);
      expect(await list()).toHaveLength(1);
      expect(await codeOf(test.sessions.refreshSession(tokens[0].refreshToken, phone))).toBe(
        'SESSION_REVOKED',
      );
      await until('the news came', () => heard.length > 0);
      expect(heard[0]?.ended).toEqual([{ sessionId: first.id, until: test.now() + 630_000 }]);
      const { ended } = await test.sessions.listEnded(undefined);
      expect(ended).toContainEqual({ sessionId: first.id, until: test.now() + 630_000 });
    });

    it('are logged out all at once, but not those of others', async () => {
      const { me, user, list } = await withTwoDevices();
      number += 1;
      const other = await withTwoDevices();
      expect(await test.sessions.logOutEverywhere(me, user.id)).toBe(2);
      expect(await test.sessions.logOutEverywhere(me, user.id)).toBe(0);
      expect(await list()).toEqual([]);
      expect(await other.list()).toHaveLength(2);
    });

    it('are nobody else’s business, but an admin’s', async () => {
      const { user, list } = await withTwoDevices();
      const [session] = await list();
      const sessionId = session?.id ?? '';
      const stranger = person('viewer', 'seller');
      const { sessions } = test;
      for (const attempt of [
        () => sessions.listSessions(stranger, { userId: user.id, limit: 20 }),
        () => sessions.revokeSession(stranger, sessionId),
        () => sessions.logOutEverywhere(stranger, user.id),
      ]) {
        expect(await codeOf(attempt())).toBe('NOT_FOUND');
      }
      const admin = person('admin');
      expect(await sessions.listSessions(admin, { userId: user.id, limit: 20 })).toHaveLength(2);
      await sessions.revokeSession(admin, sessionId);
      expect(await sessions.logOutEverywhere(admin, user.id)).toBe(1);
    });

    it('that ended are told until their access tokens are over, and again from any time', async () => {
      const { me, user } = await withTwoDevices();
      const begin = test.now();
      await test.sessions.logOutEverywhere(me, user.id);
      const first = await test.sessions.listEnded(undefined);
      expect(first.nextSince).toBeLessThan(begin);
      const mine = (list: typeof first) =>
        list.ended.filter(({ until: over }) => over === begin + 630_000);
      expect(mine(first).length).toBeGreaterThanOrEqual(2);
      test.pass(10_000);
      expect(mine(await test.sessions.listEnded(first.nextSince)).length).toBeGreaterThanOrEqual(2);
      test.pass(60_000);
      expect(mine(await test.sessions.listEnded(test.now() - 30_000))).toEqual([]);
      test.pass(600_000);
      expect(mine(await test.sessions.listEnded(undefined))).toEqual([]);
    });
  },
  accountsSchema,
);
