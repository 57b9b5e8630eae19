import { z } from 'zod';
import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { usersSpec } from '../spec/users.ts';

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Accounts, roles and sessions. */
export const usersRoutes = routes(usersSpec, {
  signUp: ({ body }, { clients, idempotencyKey }) =>
    clients.users.signUp({ ...body, requestId: idempotencyKey }),

  logIn: ({ body }, { clients }) => clients.users.logIn(body),

  refreshSession: ({ body }, { clients }) => clients.users.refreshSession(body),

  async logout({ body }, { clients }) {
    await clients.users.logOut(body);
    return undefined;
  },

  getMe: (_, { clients, actor }) => clients.users.getUser({ userId: requireUser(actor).userId }),

  getUser: ({ params }, { clients }) => clients.users.getUser(params),

  grantRole: ({ params, body }, { clients, idempotencyKey }) =>
    clients.users.grantRole({ ...params, ...body, requestId: idempotencyKey }),

  revokeRole: ({ params, query }, { clients, idempotencyKey }) =>
    clients.users.revokeRole({ ...params, ...query, requestId: idempotencyKey }),

  async getJwks(_, { clients }) {
    const { jwksJson } = await clients.users.getSigningKeys({});
    return jwks.parse(JSON.parse(jwksJson));
  },
});
