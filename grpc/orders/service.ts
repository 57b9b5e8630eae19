import { type Actor, mayActFor, requireUser } from '../../common/auth/index.ts';
import { InvalidArgument, NotFound, PermissionDenied } from '../../common/errors/index.ts';
import {
  type Order,
  OrderStatus,
  type OrdersServiceImplementation,
  type PlaceOrderOutcome,
  type PlaceOrderRequest,
  type PlaceOrdersRequest,
  type PlaceOrdersResponse,
} from '../../proto/gen/onair/orders/v1/orders.ts';
import { type Outcome, outcomeOf } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { answerInTurn } from '../rpc/answer-in-turn.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { OrderHistoryRow } from './entities.ts';
import type { Orders } from './index.ts';
import {
  cancelOrderSchema,
  expireOrdersSchema,
  getOrderSchema,
  listOrdersSchema,
  maxOrdersPerCall,
  orderStatusCodec,
  placeOrderSchema,
} from './requests.ts';
import type { OrderWithLines } from './store.ts';

/** OrdersService over the domain. */
export function createOrdersService(orders: Orders): OrdersServiceImplementation<CallExt> {
  async function placeOne(request: PlaceOrderRequest, actor: Actor): Promise<Order> {
    if (!mayActFor(actor, request.userId)) throw new PermissionDenied('not your order');
    const parsed = placeOrderSchema.safeParse(request);
    if (!parsed.success) throw describeIssues(parsed.error);
    return toProtoOrder(await orders.placeOrder(parsed.data));
  }

  async function placeOrders(
    request: PlaceOrdersRequest,
    { actor, log }: CallExt,
  ): Promise<PlaceOrdersResponse> {
    if (request.orders.length > maxOrdersPerCall) {
      throw new InvalidArgument(`at most ${maxOrdersPerCall} orders in one call`);
    }
    const placed = request.orders.map((order) => outcomeOf(log, () => placeOne(order, actor)));
    return { outcomes: (await Promise.all(placed)).map(toProtoOutcome) };
  }

  async function readOrder(orderId: string, actor: Actor): Promise<Order> {
    const order = await orders.readOrder(orderId);
    const sells = actor.kind === 'user' && actor.userId === order?.sellerId;
    if (order === undefined || !(sells || mayActFor(actor, order.userId))) {
      throw new NotFound('order', orderId);
    }
    return toProtoOrder(order, order.history);
  }

  return {
    placeOrders,
    placeOrdersInTurn: answerInTurn(placeOrders),
    getOrder: (request, { actor }) => readOrder(getOrderSchema.parse(request).orderId, actor),
    async listOrders(request, { actor }) {
      const { userId, status, pageSize, pageToken } = listOrdersSchema.parse(request);
      const owner = userId === '' ? requireUser(actor).userId : userId;
      if (!mayActFor(actor, owner)) throw new PermissionDenied('not your orders');
      const afterId = decodePageToken(pageToken);
      const found = await orders.listOrders({ userId: owner, status, afterId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { orders: rows.map((order) => toProtoOrder(order)), nextPageToken };
    },
    async cancelOrder(request, { actor }) {
      const input = cancelOrderSchema.parse(request);
      await orders.cancelOrder(requireUser(actor), input);
      return readOrder(input.orderId, actor);
    },
    async expireOrders(request) {
      const { orderIds } = expireOrdersSchema.parse(request);
      return { expiredOrderIds: await orders.expireOrders(orderIds) };
    },
  };
}

function toProtoOutcome(outcome: Outcome<Order>): PlaceOrderOutcome {
  return {
    result: outcome.ok
      ? { $case: 'order', value: outcome.value }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function toProtoOrder(order: OrderWithLines, history: readonly OrderHistoryRow[] = []): Order {
  return {
    id: order.id,
    number: order.number,
    userId: order.userId,
    sellerId: order.sellerId,
    broadcastId: order.broadcastId,
    status: orderStatusCodec.toProto(order.status),
    amount: order.amount,
    lines: order.lines.map(({ skuId, productId, dealId, name, unitPrice, quantity }) => {
      return { skuId, productId, dealId: dealId ?? '', name, unitPrice, quantity };
    }),
    paymentDeadline: new Date(order.paymentDeadline),
    createdAt: new Date(order.createdAt),
    paidAt: order.paidAt === null ? undefined : new Date(order.paidAt),
    history: history.map(({ fromStatus, toStatus, actor, reason, at }) => ({
      from: fromStatus === null ? OrderStatus.UNSPECIFIED : orderStatusCodec.toProto(fromStatus),
      to: orderStatusCodec.toProto(toStatus),
      actor,
      reason: reason ?? '',
      at: new Date(at),
    })),
  };
}
