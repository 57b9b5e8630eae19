import { type Actor, anonymous, createTokenVerifier } from '../../common/auth/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import { SessionsServiceDefinition } from '../../proto/gen/onair/sessions/v1/sessions.ts';
import { Role, UsersServiceDefinition } from '../../proto/gen/onair/users/v1/users.ts';
import {
  accountsSchema,
  createTestAccounts,
  goodPassword,
  type TestAccounts,
} from '../../test/kit/accounts.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import { createRpcServer, type RpcServer } from '../server.ts';
import { createSessionsService } from '../sessions/index.ts';
import { createUsersService } from './index.ts';

const secret = 'the secret of our own processes!';

describeOnSqlite(
  'the users service',
  (open) => {
    let test: TestAccounts;
    let server: RpcServer;
    let pool: ClientPool;
    beforeAll(async () => {
      test = createTestAccounts(await open());
      server = createRpcServer(secret, silentLogger());
      server.add(SessionsServiceDefinition, createSessionsService(test.sessions));
      server.add(UsersServiceDefinition, createUsersService(test.users));
      pool = createClientPool(`127.0.0.1:${await server.listen('127.0.0.1:0')}`, secret);
    });
    afterAll(async () => {
      pool.close();
      await server.shutdown();
    });
    const as = (actor: Actor) => pool.as({ actor }).users;
    const sessions = (actor: Actor) => pool.as({ actor }).sessions;
    const signUp = { email: 'a@b.kr', password: goodPassword, name: '홍길동', phone: '' };

    /** Logs in and answers who the access token says it is, as an edge would find out. */
    async function logIn(email: string, password: string): Promise<Actor> {
      const { accessToken } = await sessions(anonymous).logIn({ email, password });
      const fetchKeys = async () =>
        JSON.parse((await sessions(anonymous).getSigningKeys({})).jwksJson);
      return createTokenVerifier(fetchKeys).verify(accessToken);
    }

    it('takes a person from sign-up over a role to log-out', async () => {
      const user = await as(anonymous).signUp({ requestId: 'r', ...signUp });
      expect(user).toMatchObject({ email: 'a@b.kr', name: '홍길동', roles: [Role.VIEWER] });
      expect(Math.abs(Date.now() - (user.createdAt?.getTime() ?? 0))).toBeLessThan(60_000);
      const actor = await logIn('a@b.kr', goodPassword);
      expect(await as(actor).getUser({ userId: user.id })).toEqual(user);

      const { email, generatedPassword = '' } = await test.users.ensureAdmin();
      const admin = await logIn(email, generatedPassword);
      const change = { requestId: 'g', userId: user.id, role: Role.SELLER, reason: 'applied' };
      expect((await as(admin).grantRole(change)).roles).toEqual([Role.VIEWER, Role.SELLER]);
      const tokens = await sessions(anonymous).logIn({ email: 'a@b.kr', password: goodPassword });
      expect(tokens.user?.roles).toEqual([Role.VIEWER, Role.SELLER]);
      expect(tokens.accessExpiresAt?.getTime()).toBeLessThan(
        tokens.refreshExpiresAt?.getTime() ?? 0,
      );
      const next = await sessions(anonymous).refreshSession(tokens);
      await sessions(anonymous).logOut(next);
      await expect(sessions(anonymous).refreshSession(next)).rejects.toMatchObject({
        code: 'SESSION_REVOKED',
      });
      expect((await as(admin).revokeRole(change)).roles).toEqual([Role.VIEWER]);
      await expect(as(actor).grantRole(change)).rejects.toMatchObject({
        code: 'PERMISSION_DENIED',
      });
      await expect(as(anonymous).getUser({ userId: user.id })).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    });

    it('names the wrong fields of a request, and never a password', async () => {
      const wrong = { requestId: '', ...signUp, email: 'x', name: '' };
      const error = await as(anonymous)
        .signUp(wrong)
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      for (const field of ['requestId', 'email', 'name'])
        expect(error).toHaveProperty(['details', field]);
      expect(JSON.stringify(error)).not.toContain(goodPassword);
    });

    it('says why a password is weak and that an e-mail is taken', async () => {
      const weak = { requestId: 'w', ...signUp, password: 'short' };
      await expect(as(anonymous).signUp(weak)).rejects.toMatchObject({
        code: 'WEAK_PASSWORD',
        details: { reason: 'too_short' },
      });
      await test.signUp('taken');
      const taken = { requestId: 't', ...signUp, email: 'TAKEN@example.com' };
      await expect(as(anonymous).signUp(taken)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
    });
  },
  accountsSchema,
);
