import { routes } from '../context.ts';
import { page } from '../page.ts';
import { sellersSpec } from '../spec/sellers.ts';

/** Applications to sell, and sellers. */
export const sellersRoutes = routes(sellersSpec, {
  submitSellerApplication: ({ body }, { clients, idempotencyKey }) =>
    clients.sellers.submitApplication({ ...body, requestId: idempotencyKey }),

  getOwnSellerApplication: (_, { clients }) => clients.sellers.getOwnApplication({}),

  async listSellerApplications({ query }, { clients }) {
    const { applications, nextPageToken } = await clients.sellers.listApplications(query);
    return page(applications, nextPageToken);
  },

  getSellerApplication: ({ params, query }, { clients }) =>
    clients.sellers.getApplication({ ...params, ...query }),

  approveSellerApplication: ({ params, body }, { clients, idempotencyKey }) =>
    clients.sellers.approveApplication({ ...params, ...body, requestId: idempotencyKey }),

  rejectSellerApplication: ({ params, body }, { clients, idempotencyKey }) =>
    clients.sellers.rejectApplication({ ...params, ...body, requestId: idempotencyKey }),

  recheckSellerApplication: ({ params, body }, { clients, idempotencyKey }) =>
    clients.sellers.recheckApplication({ ...params, ...body, requestId: idempotencyKey }),

  suspendSeller: ({ params, body }, { clients, idempotencyKey }) =>
    clients.sellers.suspendSeller({ ...params, ...body, requestId: idempotencyKey }),

  reinstateSeller: ({ params, query }, { clients, idempotencyKey }) =>
    clients.sellers.reinstateSeller({ ...params, ...query, requestId: idempotencyKey }),

  getSeller: ({ params }, { clients }) => clients.sellers.getSeller(params),

  updateSellerProfile: ({ body }, { clients, idempotencyKey }) =>
    clients.sellers.updateProfile({ ...body, requestId: idempotencyKey }),

  async listSellerBroadcasts({ params, query }, { clients }) {
    const { broadcasts, nextPageToken } = await clients.broadcasts.listBroadcasts({
      ...params,
      ...query,
    });
    return page(broadcasts, nextPageToken);
  },

  getSales: ({ params, query }, { clients }) => clients.sellers.getSales({ ...params, ...query }),
});
