import { z } from 'zod';
import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { sessionsSpec } from '../spec/sessions.ts';

const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Logging in and out, devices, and the keys behind them. */
export const sessionsRoutes = routes(sessionsSpec, {
  logIn: ({ body }, { clients, client }) => clients.sessions.logIn({ ...body, client }),

  logInWithCode: ({ body }, { clients, client }) =>
    clients.sessions.logInWithCode({ ...body, client }),

  getTotp: (_, { clients }) => clients.sessions.getTotp({}),

  beginTotp: ({ body }, { clients }) => clients.sessions.beginTotp(body),

  confirmTotp: ({ body }, { clients }) => clients.sessions.confirmTotp(body),

  async disableTotp({ body }, { clients }) {
    await clients.sessions.disableTotp(body);
    return undefined;
  },

  refreshSession: ({ body }, { clients, client }) =>
    clients.sessions.refreshSession({ ...body, client }),

  async logout({ body }, { clients }) {
    await clients.sessions.logOut(body);
    return undefined;
  },

  async listSessions({ query }, { clients, actor }) {
    const { userId } = requireUser(actor);
    const { sessions, nextPageToken } = await clients.sessions.listSessions({ ...query, userId });
    return page(sessions, nextPageToken);
  },

  async revokeSession({ params }, { clients }) {
    await clients.sessions.revokeSession(params);
    return undefined;
  },

  logoutEverywhere: (_, { clients, actor }) =>
    clients.sessions.logOutEverywhere({ userId: requireUser(actor).userId }),

  logoutUser: ({ params }, { clients }) => clients.sessions.logOutEverywhere(params),

  async listLoginAttempts({ query }, { clients }) {
    const { attempts, nextPageToken } = await clients.sessions.listLoginAttempts(query);
    return page(attempts, nextPageToken);
  },

  rotateSigningKey: ({ body }, { clients, idempotencyKey }) =>
    clients.sessions.rotateSigningKey({ ...body, requestId: idempotencyKey }),

  async getJwks(_, { clients }) {
    const { jwksJson } = await clients.sessions.getSigningKeys({});
    return jwks.parse(JSON.parse(jwksJson));
  },
});
