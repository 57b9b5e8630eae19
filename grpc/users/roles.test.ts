import type { UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
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
import type { RoleChangeRow } from './entities.ts';

const tables = ['users', 'user_roles', 'role_changes', 'sessions', 'refresh_tokens', 'requests'];
const ADMIN_PASSWORD = 'the operator knows it';

describeOnBothDatabases(
  'roles',
  (open) => {
    let db: Database;
    let test: TestAccounts;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(async () => {
      test = createTestAccounts(db);
      await db.transaction(async (tx) => {
        for (const table of tables) await tx.execute(`DELETE FROM ${table}`);
      });
    });

    const asAdmin = (userId: string): UserActor => ({
      kind: 'user',
      userId,
      sessionId: newId('ses'),
      name: '',
      roles: ['viewer', 'admin'],
    });
    const makeAdmin = async (name: string) => {
      const user = { email: `${name}@example.com`, password: goodPassword, name };
      const ensured = await test.users.ensureUser({ ...user, roles: ['admin'], reason: 'test' });
      return asAdmin(ensured.user.id);
    };
    const audit = (userId: string) =>
      db.read.rows<RoleChangeRow>('SELECT * FROM role_changes WHERE userId = ? ORDER BY id', [
        userId,
      ]);
    const admins = () =>
      db.read.rows<{ userId: string }>(`SELECT userId FROM user_roles WHERE role = 'admin'`);

    it('given and taken show in the next access token, and who did it, when and why is kept', async () => {
      const admin = await makeAdmin('boss');
      const user = await test.signUp('seller');
      const { refreshToken } = await test.logIn(user.email);
      const change = { userId: user.id, role: 'seller', reason: '입점 심사 통과' } as const;
      const granted = await test.users.grantRole(admin, { ...change, requestId: 'g' });
      expect(granted).toEqual({ ...user, roles: ['viewer', 'seller'] });
      const next = await test.sessions.refreshSession(refreshToken, nowhere);
      expect(next.user.roles).toEqual(['viewer', 'seller']);
      test.pass(5);
      await test.users.revokeRole(admin, { ...change, requestId: 'v', reason: 'fraud' });
      expect((await test.sessions.refreshSession(next.refreshToken, nowhere)).user.roles).toEqual([
        'viewer',
      ]);
      const by = { userId: user.id, role: 'seller', changedBy: admin.userId };
      expect(await audit(user.id)).toMatchObject([
        { ...by, kind: 'granted', reason: '입점 심사 통과', changedAt: user.createdAt },
        { ...by, kind: 'revoked', reason: 'fraud', changedAt: user.createdAt + 5 },
      ]);
    });

    it('held or lacked already change nothing and leave no trace', async () => {
      const admin = await makeAdmin('boss');
      const user = await test.signUp('viewer');
      const change = { userId: user.id, reason: 'why' };
      const viewer = { ...change, role: 'viewer', requestId: '1' } as const;
      expect(await test.users.grantRole(admin, viewer)).toEqual(user);
      const seller = { ...change, role: 'seller', requestId: '2' } as const;
      expect(await test.users.revokeRole(admin, seller)).toEqual(user);
      expect(await audit(user.id)).toEqual([]);
    });

    it('answer a repeated request as the first time, whatever happened since', async () => {
      const admin = await makeAdmin('boss');
      const user = await test.signUp('seller');
      const change = { userId: user.id, role: 'seller', reason: 'why' } as const;
      const grant = () => test.users.grantRole(admin, { ...change, requestId: 'g' });
      const [first, twin] = await Promise.all([grant(), grant()]);
      expect(twin).toEqual(first);
      await test.users.revokeRole(admin, { ...change, requestId: 'v' });
      expect(await grant()).toEqual(first);
      expect((await test.users.getUser(admin, { userId: user.id, reason: '' })).roles).toEqual([
        'viewer',
      ]);
      await expect(
        test.users.grantRole(admin, { ...change, requestId: 'g', reason: 'other' }),
      ).rejects.toMatchObject({ code: 'REQUEST_ID_REUSED' });
    });

    it('given many times at once are given once', async () => {
      const admin = await makeAdmin('boss');
      const user = await test.signUp('seller');
      const change = { userId: user.id, role: 'seller', reason: 'why' } as const;
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          test.users.grantRole(admin, { ...change, requestId: `g${i}` }),
        ),
      );
      expect(await audit(user.id)).toHaveLength(1);
    });

    it('of an account that does not exist are NOT_FOUND', async () => {
      const admin = await makeAdmin('boss');
      const change = {
        userId: newId('usr'),
        role: 'seller',
        reason: 'why',
        requestId: 'r',
      } as const;
      const refused = expect.objectContaining({ code: 'NOT_FOUND' });
      await expect(test.users.grantRole(admin, change)).rejects.toEqual(refused);
      await expect(test.users.revokeRole(admin, change)).rejects.toEqual(refused);
    });

    it('viewer is everyone’s and not to be taken', async () => {
      const admin = await makeAdmin('boss');
      const change = { role: 'viewer', reason: 'why', requestId: 'r' } as const;
      await expect(
        test.users.revokeRole(admin, { ...change, userId: admin.userId }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('two admins who depose each other at once: one is left', async () => {
      for (let round = 0; round < 10; round += 1) {
        const pair = [await makeAdmin(`a${round}`), await makeAdmin(`b${round}`)];
        const [a, b] = pair.map(({ userId }) => userId);
        const depose = (by: string, userId: string) =>
          test.users.revokeRole(asAdmin(by), {
            userId,
            role: 'admin',
            reason: 'coup',
            requestId: `r${round}`,
          });
        const settled = await Promise.allSettled([
          depose(a ?? '', b ?? ''),
          depose(b ?? '', a ?? ''),
        ]);
        expect(answersOf(settled)).toHaveLength(1);
        expect(refusalsOf(settled)).toEqual(['INVALID_STATE']);
        expect(await admins()).toHaveLength(1);
        await db.transaction((tx) => tx.execute('DELETE FROM user_roles'));
      }
    });

    it('the first admin is made once by many processes that start at once', async () => {
      const processes = Array.from({ length: 5 }, () => createTestAccounts(db));
      const ensured = await Promise.all(processes.map(({ users }) => users.ensureAdmin()));
      const [made, ...others] = ensured.filter(({ created }) => created);
      expect(others).toEqual([]);
      expect(await admins()).toHaveLength(1);
      expect(ensured.filter(({ generatedPassword }) => generatedPassword)).toEqual([made]);
      const password = made?.generatedPassword ?? '';
      expect(password).toMatch(/^\w{20}$/);
      const { user } = await test.logIn('admin@onair.local', password);
      expect(user.roles).toEqual(['viewer', 'admin']);
      expect(await audit(user.id)).toMatchObject([
        { kind: 'granted', changedBy: 'system', reason: 'first administrator' },
      ]);
      expect(await test.users.ensureAdmin()).toEqual({
        created: false,
        email: 'admin@onair.local',
      });
    });

    it('the first admin is one also when processes disagree on the e-mail', async () => {
      const ensured = await Promise.all(
        ['a', 'b', 'c'].map((name) =>
          createTestAccounts(db, { ADMIN_EMAIL: `${name}@onair.kr` }).users.ensureAdmin(),
        ),
      );
      expect(ensured.filter(({ created }) => created)).toHaveLength(1);
      expect(await admins()).toHaveLength(1);
    });

    it('the first admin has the password of the settings, and nobody is told it', async () => {
      const boss = createTestAccounts(db, { ADMIN_EMAIL: 'boss@onair.kr', ADMIN_PASSWORD });
      expect(await boss.users.ensureAdmin()).toEqual({ created: true, email: 'boss@onair.kr' });
      await boss.logIn('boss@onair.kr', ADMIN_PASSWORD);
    });

    it('no one becomes admin by having signed up with the e-mail of the settings', async () => {
      const user = await test.signUp('sly');
      const { users } = createTestAccounts(db, { ADMIN_EMAIL: user.email });
      await expect(users.ensureAdmin()).rejects.toThrow(/ADMIN_EMAIL/);
      expect(await admins()).toEqual([]);
    });
  },
  accountsSchema,
);
