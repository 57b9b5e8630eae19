import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { usersSpec } from '../spec/users.ts';

/** Accounts and roles. */
export const usersRoutes = routes(usersSpec, {
  signUp: ({ body }, { clients, client, idempotencyKey }) =>
    clients.users.signUp({ ...body, client, requestId: idempotencyKey }),

  async requestEmailVerification(_, { clients }) {
    await clients.users.requestEmailVerification({});
    return undefined;
  },

  async verifyEmail({ body }, { clients }) {
    await clients.users.verifyEmail(body);
    return undefined;
  },

  async requestPasswordReset({ body }, { clients, client }) {
    await clients.users.requestPasswordReset({ ...body, client });
    return undefined;
  },

  async resetPassword({ body }, { clients }) {
    await clients.users.resetPassword(body);
    return undefined;
  },

  getTos: (_, { clients }) => clients.users.getTos({}),

  getTosVersion: ({ params }, { clients }) => clients.users.getTos(params),

  updateProfileImage: ({ body }, { clients, idempotencyKey }) =>
    clients.users.updateProfileImage({ ...body, requestId: idempotencyKey }),

  removeProfileImage: (_, { clients, idempotencyKey }) =>
    clients.users.removeProfileImage({ requestId: idempotencyKey }),

  publishTos: ({ body }, { clients, idempotencyKey }) =>
    clients.users.publishTos({ ...body, requestId: idempotencyKey }),

  agreeTos: ({ body }, { clients }) => clients.users.agreeTos(body),

  setMarketingConsent: ({ body }, { clients }) => clients.users.setMarketingConsent(body),

  getMe: (_, { clients, actor }) => clients.users.getUser({ userId: requireUser(actor).userId }),

  getUser: ({ params, query }, { clients }) => clients.users.getUser({ ...params, ...query }),

  updateMe: ({ body: { phone, ...rest } }, { clients, idempotencyKey }) =>
    clients.users.updateProfile({
      ...rest,
      ...(phone === undefined ? {} : { phone: phone ?? '' }),
      requestId: idempotencyKey,
    }),

  async requestEmailChange({ body }, { clients, idempotencyKey }) {
    await clients.users.requestEmailChange({ ...body, requestId: idempotencyKey });
    return undefined;
  },

  async confirmEmailChange({ body }, { clients }) {
    await clients.users.confirmEmailChange(body);
    return undefined;
  },

  async changePassword({ body }, { clients, idempotencyKey }) {
    await clients.users.changePassword({ ...body, requestId: idempotencyKey });
    return undefined;
  },

  grantRole: ({ params, body }, { clients, idempotencyKey }) =>
    clients.users.grantRole({ ...params, ...body, requestId: idempotencyKey }),

  revokeRole: ({ params, query }, { clients, idempotencyKey }) =>
    clients.users.revokeRole({ ...params, ...query, requestId: idempotencyKey }),

  suspendUser: ({ params, body }, { clients, idempotencyKey }) =>
    clients.users.suspendUser({ ...params, ...body, requestId: idempotencyKey }),

  unsuspendUser: ({ params, query }, { clients, idempotencyKey }) =>
    clients.users.unsuspendUser({ ...params, ...query, requestId: idempotencyKey }),

  async listAccountChanges({ params, query }, { clients }) {
    const { changes, nextPageToken } = await clients.users.listAccountChanges({
      ...params,
      ...query,
    });
    return page(changes, nextPageToken);
  },
});
