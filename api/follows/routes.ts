import { routes } from '../context.ts';
import { page } from '../page.ts';
import { followsSpec } from '../spec/follows.ts';

/** Who follows which seller. */
export const followsRoutes = routes(followsSpec, {
  followSeller: ({ params }, { clients, idempotencyKey }) =>
    clients.follows.follow({ ...params, requestId: idempotencyKey }),

  unfollowSeller: ({ params }, { clients, idempotencyKey }) =>
    clients.follows.unfollow({ ...params, requestId: idempotencyKey }),

  getFollow: ({ params }, { clients }) => clients.follows.getFollow(params),

  async listFollowing({ query }, { clients }) {
    const { follows, nextPageToken } = await clients.follows.listFollowing(query);
    return page(follows, nextPageToken);
  },

  async listFollowers({ params, query }, { clients }) {
    const { follows, nextPageToken } = await clients.follows.listFollowers({ ...params, ...query });
    return page(follows, nextPageToken);
  },
});
