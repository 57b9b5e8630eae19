import { z } from 'zod';
import { OrderStatus } from '../../proto/gen/onair/orders/v1/orders.ts';
import { enumCodec, enumOrNull, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { amount, count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';

const status = enumCodec(OrderStatus);

const orderLine = z
  .object({
    skuId: z.string(),
    productId: z.string(),
    dealId: textOrNull.describe('The deal it was bought in, if any.'),
    name: z.string().describe('Product and variant name when it was ordered.'),
    unitPrice: count.describe('Won.'),
    quantity: count.describe('Units.'),
  })
  .meta({ id: 'OrderLine' });

const orderTransition = z
  .object({
    from: enumOrNull(OrderStatus).describe('State before; null for the first.'),
    to: status,
    actor: z.string().describe('Who: a user id, or `system`.'),
    reason: textOrNull,
    at: timestamp,
  })
  .meta({ id: 'OrderTransition', description: 'One step in an order’s life.' });

const order = z
  .object({
    id: z.string(),
    number: z.string().describe('Number for people, `ORDER-XXXXXXXX`.'),
    userId: z.string().describe('The buyer.'),
    sellerId: z.string(),
    broadcastId: z.string(),
    status,
    amount: count.describe('Won to pay.'),
    lines: z.array(orderLine),
    paymentDeadline: timestamp.describe('Until when it must be paid.'),
    createdAt: timestamp,
    paidAt: timestampOrNull,
    history: z.array(orderTransition).describe('Only where one order is read; else empty.'),
  })
  .meta({ id: 'Order' });

const placeOrderBody = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          skuId: id('sku'),
          dealId: id('dea').optional().describe('Absent buys at the list price.'),
          quantity: z.int().min(1).max(999),
          expectedUnitPrice: amount
            .optional()
            .describe('Won that the buyer was shown; PRICE_CHANGED if it differs.'),
        }),
      )
      .min(1)
      .max(20),
  })
  .meta({ id: 'PlaceOrderBody' });

const orderId = idParams({ orderId: 'ord' });

export const ordersSpec = endpoints({
  placeOrder: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/orders',
    summary: 'Order during a broadcast',
    description: 'The order holds its stock until it is paid, cancelled, or past its deadline.',
    action: 'orders.placeOrders',
    idempotency: 'required',
    params: idParams({ broadcastId: 'brc' }),
    body: placeOrderBody,
    success: { status: 201, description: 'The order, awaiting payment.', body: order },
    refusals: [
      'NOT_FOUND',
      'BROADCAST_NOT_LIVE',
      'PRODUCT_NOT_ON_SALE',
      'SOLD_OUT',
      'LIMIT_REACHED',
      'DEAL_NOT_OPEN',
      'PRICE_CHANGED',
    ],
  },
  getOrders: {
    method: 'GET',
    path: '/v1/orders',
    summary: 'List the own orders, newest first',
    action: 'orders.listOrders',
    idempotency: 'none',
    query: z.strictObject({
      userId: id('usr').optional().describe('Another buyer’s, for an admin.'),
      status: status.optional(),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(order).meta({ id: 'OrderPage' }),
    },
    refusals: ['PERMISSION_DENIED'],
  },
  getOrder: {
    method: 'GET',
    path: '/v1/orders/{orderId}',
    summary: 'Read an order with its history',
    description: 'For its buyer, its seller, or an admin; nobody else learns that it exists.',
    action: 'orders.getOrder',
    idempotency: 'none',
    params: orderId,
    success: { status: 200, description: 'The order.', body: order },
    refusals: ['NOT_FOUND'],
  },
  cancelOrder: {
    method: 'POST',
    path: '/v1/orders/{orderId}/cancel',
    summary: 'Cancel an order',
    description: 'An unpaid order ends at once, a paid one by way of its refund.',
    action: 'orders.cancelOrder',
    idempotency: 'optional',
    params: orderId,
    body: z
      .strictObject({ reason: text(0, 200).default('') })
      .meta({ id: 'CancelOrderBody' })
      .optional(),
    success: { status: 200, description: 'The order.', body: order },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
});
