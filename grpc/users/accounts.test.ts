import { type Actor, anonymous, type UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import {
  accountsSchema,
  answersOf,
  createTestAccounts,
  plainSignUp,
  refusalsOf,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import type { Database } from '../db/index.ts';
import type { UserRow } from './entities.ts';

const hong = {
  ...plainSignUp,
  email: 'Hong@Example.com',
  name: '홍길동',
  phone: '+821012345678',
};

describeOnBothDatabases(
  'accounts',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(async () => {
      test = createTestAccounts(db);
      await db.transaction(async (tx) => {
        for (const table of ['users', 'user_roles', 'requests']) {
          await tx.execute(`DELETE FROM ${table}`);
        }
      });
    });
    const rows = () => db.read.rows<UserRow>('SELECT * FROM users');
    const readsOf = (userId: string) =>
      db.read.rows('SELECT * FROM personal_data_reads WHERE userId = ? ORDER BY id', [userId]);

    it('have tables as their rows describe them', async () => {
      const { upQueries } = await db.source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    });

    it('keep the e-mail as given, a name, a phone number and an argon2id hash', async () => {
      const user = await test.users.signUp({ requestId: 'r', ...hong });
      expect(user).toMatchObject({
        email: 'Hong@Example.com',
        name: '홍길동',
        phone: '+821012345678',
        roles: ['viewer'],
      });
      const [row, ...others] = await rows();
      expect(others).toEqual([]);
      expect(row).toMatchObject({ id: user.id, name: '홍길동' });
      expect(row?.passwordHash).toMatch(/^\$argon2id\$/);
    });

    it('of 100 simultaneous sign-ups with one e-mail in many spellings: one, and 99 refusals', async () => {
      const settled = await Promise.allSettled(
        Array.from({ length: 100 }, (_, i) =>
          test.users.signUp({
            ...hong,
            requestId: `r${i}`,
            email: i % 2 === 0 ? hong.email : ` ${hong.email.toUpperCase()} `,
          }),
        ),
      );
      expect(answersOf(settled)).toHaveLength(1);
      expect(refusalsOf(settled)).toEqual(new Array(99).fill('EMAIL_TAKEN'));
      expect(await rows()).toHaveLength(1);
    });

    it('are made once for a request that is repeated, also at the same time', async () => {
      const again = () => test.users.signUp({ requestId: 'r', ...hong });
      const first = await Promise.all([again(), again(), again()]);
      test.pass(60_000);
      for (const user of [...first, await again()]) expect(user).toEqual(first[0]);
      expect(await rows()).toHaveLength(1);
    });

    it.each([
      ['name', { name: '김철수' }],
      ['phone number', { phone: '' }],
      ['password', { password: 'another good one' }],
    ])('are not answered to a repeated request with another %s', async (_what, other) => {
      await test.users.signUp({ requestId: 'r', ...hong });
      await expect(test.users.signUp({ requestId: 'r', ...hong, ...other })).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
      });
    });

    it('never share an answer because two people chose the same request id', async () => {
      const [a, b] = await Promise.all(
        ['a@b.kr', 'c@d.kr'].map((email) => test.users.signUp({ requestId: '1', ...hong, email })),
      );
      expect(a?.id).not.toBe(b?.id);
    });

    it('are not made with a weak password', async () => {
      for (const password of ['short', 'password123', hong.email]) {
        await expect(
          test.users.signUp({ requestId: 'r', ...hong, password }),
        ).rejects.toMatchObject({ code: 'WEAK_PASSWORD' });
      }
      expect(await rows()).toEqual([]);
    });

    it('leave nothing personal in the table of requests', async () => {
      await test.users.signUp({ requestId: 'r', ...hong });
      const kept = JSON.stringify(await db.read.rows('SELECT * FROM requests'));
      for (const personal of ['xample.com', hong.name, hong.phone, hong.password]) {
        expect(kept).not.toContain(personal);
      }
    });

    it('are read by their owner, by an admin and a service masked or for a reason, and exist for nobody else', async () => {
      const user = await test.users.signUp({ requestId: 'r', ...hong });
      const as = (userId: string, roles: UserActor['roles']): UserActor => ({
        kind: 'user',
        userId,
        sessionId: newId('ses'),
        name: '',
        roles,
      });
      const stranger = as(newId('usr'), ['viewer', 'seller']);
      const admin = as(newId('usr'), ['viewer', 'admin']);
      const get = (actor: Actor, userId: string, reason = '') =>
        test.users.getUser(actor, { userId, reason });
      expect(await get(as(user.id, ['viewer']), user.id)).toEqual(user);
      const masked = { email: 'Ho***@Example.com', phone: '010-****-5678' };
      const service = { kind: 'service', name: 'x' } as const;
      for (const actor of [admin, service]) {
        expect(await get(actor, user.id)).toEqual({ ...user, ...masked });
      }
      expect(await readsOf(user.id)).toEqual([]);
      for (const actor of [admin, service]) {
        expect(await get(actor, user.id, '환불 문의')).toEqual(user);
      }
      const read = { fields: 'email,phone', source: 'users.getUser', reason: '환불 문의' };
      expect(await readsOf(user.id)).toMatchObject([
        { ...read, readBy: admin.userId },
        { ...read, readBy: 'service:x' },
      ]);
      const nobody = newId('usr');
      for (const [actor, userId] of [
        [stranger, user.id],
        [anonymous, user.id],
        [stranger, nobody],
        [admin, nobody],
      ] as const) {
        await expect(get(actor, userId, 'why')).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: `user ${userId} does not exist`,
        });
      }
    });

    it('tell their names to other domains', async () => {
      const [a, b] = [await test.signUp('a'), await test.signUp('b')];
      const names = await test.users.namesOf(db.read, [b.id, a.id, b.id, newId('usr')]);
      expect(names).toEqual(
        new Map([
          [a.id, 'a'],
          [b.id, 'b'],
        ]),
      );
      expect(await test.users.namesOf(db.read, [])).toEqual(new Map());
    });

    it('that we set up ourselves are made once, and left alone when they exist', async () => {
      const demo = { ...hong, roles: ['seller'], reason: 'demo' } as const;
      const ensured = await Promise.all([1, 2, 3].map(() => test.users.ensureUser(demo)));
      expect(ensured.filter(({ created }) => created)).toHaveLength(1);
      expect(ensured[0]?.user.roles).toEqual(['viewer', 'seller']);
      const later = await test.users.ensureUser({ ...demo, roles: ['admin'], password: 'other' });
      expect(later).toEqual({ user: ensured[0]?.user, created: false });
      await test.logIn(hong.email);
    });
  },
  accountsSchema,
);
