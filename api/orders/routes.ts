import { requireUser } from '../../common/auth/index.ts';
import { DomainError, isErrorCode } from '../../common/errors/index.ts';
import type { Refusal } from '../../proto/gen/onair/common/v1/common.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { ordersSpec } from '../spec/orders.ts';

/** Orders. */
export const ordersRoutes = routes(ordersSpec, {
  async placeOrder({ params, body }, { clients, actor, idempotencyKey }) {
    const { userId } = requireUser(actor);
    const request = { ...params, ...body, userId, requestId: idempotencyKey };
    const { outcomes } = await clients.orders.placeOrders({ orders: [request] });
    const result = outcomes[0]?.result;
    if (result?.$case === 'order') return result.value;
    throw toDomainError(result?.value);
  },

  async getOrders({ query }, { clients }) {
    const { orders, nextPageToken } = await clients.orders.listOrders(query);
    return page(orders, nextPageToken);
  },

  getOrder: ({ params }, { clients }) => clients.orders.getOrder(params),

  cancelOrder: ({ params, body }, { clients, idempotencyKey }) =>
    clients.orders.cancelOrder({ ...params, ...body, requestId: idempotencyKey }),
});

/** A refusal of one item of a batch, as the error that a call of its own would have met. */
function toDomainError(refusal: Refusal | undefined): DomainError {
  if (refusal === undefined) return new DomainError('INTERNAL', 'the order has no outcome');
  const code = isErrorCode(refusal.code) ? refusal.code : 'INTERNAL';
  return new DomainError(code, refusal.message, refusal.details);
}
