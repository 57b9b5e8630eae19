import { routes } from '../context.ts';
import { socialSpec } from '../spec/social.ts';

/** A provider may take SOCIAL_TIMEOUT_MS, 8 seconds unless told, and handing its token back two. */
const options = { deadline: 18_000 };

/** Logging in with accounts elsewhere, and linking them. */
export const socialRoutes = routes(socialSpec, {
  beginSocialLogin: ({ params, body }, { clients, client }) =>
    clients.social.beginSocialLogin({ ...params, ...body, client }),

  loginWithKakao: ({ body }, { clients, client }) =>
    clients.social.loginWithKakao({ ...body, client }, options),

  loginWithTwitter: ({ body }, { clients, client }) =>
    clients.social.loginWithTwitter({ ...body, client }, options),

  listSocialAccounts: (_, { clients }) => clients.social.listSocialAccounts({}),

  beginSocialLink: ({ params, body }, { clients, client }) =>
    clients.social.beginSocialLink({ ...params, ...body, client }),

  linkSocialAccount: ({ params, body }, { clients }) =>
    clients.social.linkSocialAccount({ ...params, ...body }, options),

  async unlinkSocialAccount({ params }, { clients, idempotencyKey }) {
    await clients.social.unlinkSocialAccount({ ...params, requestId: idempotencyKey });
    return undefined;
  },
});
