import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { toItemError } from '../refused-item.ts';
import { ordersSpec } from '../spec/orders.ts';

/** Orders. */
export const ordersRoutes = routes(ordersSpec, {
  async placeOrder({ params, body }, { clients, actor, idempotencyKey }) {
    const { userId } = requireUser(actor);
    const request = { ...params, ...body, userId, requestId: idempotencyKey };
    const { outcomes } = await clients.orders.placeOrders({ orders: [request] });
    const result = outcomes[0]?.result;
    if (result?.$case === 'order') return result.value;
    throw toItemError(result?.value);
  },

  async getOrders({ query }, { clients }) {
    const { orders, nextPageToken } = await clients.orders.listOrders(query);
    return page(orders, nextPageToken);
  },

  getOrder: ({ params }, { clients }) => clients.orders.getOrder(params),

  cancelOrder: ({ params, body }, { clients, idempotencyKey }) =>
    clients.orders.cancelOrder({ ...params, ...body, requestId: idempotencyKey }),
});
