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

  addModerator: ({ params }, { clients, idempotencyKey }) =>
    clients.broadcasts.addModerator({ ...params, requestId: idempotencyKey }),

  async removeModerator({ params }, { clients, idempotencyKey }) {
    await clients.broadcasts.removeModerator({ ...params, requestId: idempotencyKey });
    return undefined;
  },

  async listModerators({ params, query }, { clients }) {
    const { moderators, nextPageToken } = await clients.broadcasts.listModerators({
      ...params,
      ...query,
    });
    return page(moderators, nextPageToken);
  },

  banViewer: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.banViewer({ ...params, ...body, requestId: idempotencyKey }),

  async unbanViewer({ params, query }, { clients, idempotencyKey }) {
    await clients.broadcasts.unbanViewer({ ...params, ...query, requestId: idempotencyKey });
    return undefined;
  },

  async listBans({ params, query }, { clients }) {
    const { bans, nextPageToken } = await clients.broadcasts.listBans({ ...params, ...query });
    return page(bans, nextPageToken);
  },

  async listPeopleChanges({ params, query }, { clients }) {
    const { changes, nextPageToken } = await clients.broadcasts.listPeopleChanges({
      ...params,
      ...query,
    });
    return page(changes, nextPageToken);
  },

  setCapacity: ({ params, body }, { clients, idempotencyKey }) =>
    clients.broadcasts.setCapacity({
      ...params,
      maxViewers: body.maxViewers ?? undefined,
      reservedSeats: body.reservedSeats,
      reason: body.reason,
      requestId: idempotencyKey,
    }),

  getCapacity: ({ params }, { clients }) => clients.broadcasts.getCapacity(params),

  async listParticipants({ params, query }, { clients }) {
    const { participants, nextPageToken } = await clients.broadcasts.listParticipants({
      ...params,
      ...query,
    });
    return page(participants, nextPageToken);
  },

  addVip: ({ params }, { clients, idempotencyKey }) =>
    clients.broadcasts.addVip({ ...params, requestId: idempotencyKey }),

  async removeVip({ params }, { clients, idempotencyKey }) {
    await clients.broadcasts.removeVip({ ...params, requestId: idempotencyKey });
    return undefined;
  },

  async listVips({ params, query }, { clients }) {
    const { vips, nextPageToken } = await clients.broadcasts.listVips({ ...params, ...query });
    return page(vips, nextPageToken);
  },
});
