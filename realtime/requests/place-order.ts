import { z } from 'zod';
import type { Coalescer } from '../../common/coalesce.ts';
import { maxAmount } from '../../common/money.ts';
import type { Order } from '../../proto/gen/onair/orders/v1/orders.ts';
import type { OrderPlacement } from '../batches/order-batch.ts';
import { clientId, idOf } from './fields.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';
import { requireUser } from './require-user.ts';

const schema = z.object({
  id: clientId,
  lines: z
    .array(
      z.object({
        skuId: idOf('sku'),
        dealId: idOf('dea').optional(),
        quantity: z.int().min(1).max(999),
        expectedUnitPrice: z.int().min(0).max(maxAmount).optional(),
      }),
    )
    .min(1)
    .max(20),
});

export interface PlaceOrderDeps {
  readonly broadcastId: string;
  readonly orders: Coalescer<OrderPlacement, Order>;
}

/**
 * `order {id, lines: [{skuId, dealId?, quantity, expectedUnitPrice?}]}` -> the order, with its stock
 * held until `paymentDeadline` (epoch milliseconds). The same `id` sent again gets the same answer:
 * a client that lost the first one may ask again, in this room or another.
 */
export function createPlaceOrder({ broadcastId, orders }: PlaceOrderDeps): Handler {
  return async ({ viewer, message, requestId }) => {
    const { userId } = requireUser(viewer);
    const request = parse(schema, message);
    const lines = request.lines.map((line) => ({
      skuId: line.skuId,
      dealId: line.dealId ?? '',
      quantity: line.quantity,
      expectedUnitPrice: line.expectedUnitPrice ?? 0,
    }));
    const order = await orders.submit({
      requestId,
      order: { requestId: request.id, userId, broadcastId, lines },
    });
    return {
      orderId: order.id,
      number: order.number,
      amount: order.amount,
      paymentDeadline: order.paymentDeadline?.getTime() ?? 0,
      lines: order.lines,
    };
  };
}
