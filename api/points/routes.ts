import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { pointsSpec } from '../spec/points.ts';

/** Points. */
export const pointsRoutes = routes(pointsSpec, {
  getPoints: (_, { clients, actor }) =>
    clients.points.getBalance({ userId: requireUser(actor).userId }),

  async listPointTransfers({ query }, { clients, actor }) {
    const { userId } = requireUser(actor);
    const { transfers, nextPageToken } = await clients.points.listTransfers({ ...query, userId });
    return page(transfers, nextPageToken);
  },

  chargePoints: ({ params, body }, { clients, idempotencyKey }) =>
    clients.points.charge({ ...params, ...body, requestId: idempotencyKey }),
});
