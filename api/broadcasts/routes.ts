import { routes } from '../context.ts';
import { page } from '../page.ts';
import { broadcastsSpec } from '../spec/broadcasts.ts';

/** Broadcasts, what they show, and their time deals. */
export const broadcastsRoutes = routes(broadcastsSpec, {
  createBroadcast: ({ body }, { clients, idempotencyKey }) =>
    clients.broadcasts.createBroadcast({ ...body, requestId: idempotencyKey }),

  updateBroadcast: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.updateBroadcast({ ...params, ...body, requestId: idempotencyKey }),

  getBroadcast: ({ params }, { clients }) => clients.broadcasts.getBroadcast(params),

  async listBroadcasts({ query }, { clients }) {
    const { broadcasts, nextPageToken } = await clients.broadcasts.listBroadcasts(query);
    return page(broadcasts, nextPageToken);
  },

  setBroadcastProducts: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.setBroadcastProducts({ ...params, ...body, requestId: idempotencyKey }),

  highlightProduct: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.highlightProduct({
      ...params,
      productId: body.productId ?? '',
      requestId: idempotencyKey,
    }),

  startBroadcast: ({ params }, { clients, idempotencyKey }) =>
    clients.broadcasts.startBroadcast({ ...params, requestId: idempotencyKey }),

  endBroadcast: ({ params }, { clients, idempotencyKey }) =>
    clients.broadcasts.endBroadcast({ ...params, requestId: idempotencyKey }),

  pinNotice: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.pinNotice({ ...params, ...body, requestId: idempotencyKey }),

  createDeal: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.createDeal({ ...params, ...body, requestId: idempotencyKey }),

  closeDeal: ({ params }, { clients, idempotencyKey }) =>
    clients.broadcasts.closeDeal({ ...params, requestId: idempotencyKey }),
});
