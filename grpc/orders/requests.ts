import { z } from 'zod';
import { maxAmount } from '../../common/money.ts';
import { OrderStatus } from '../../proto/gen/onair/orders/v1/orders.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { orderStatuses } from './order-state.ts';

export const orderStatusCodec = createEnumCodec(OrderStatus, orderStatuses);

export const placeOrderSchema = z.object({
  requestId,
  userId: idOf('usr'),
  broadcastId: idOf('brc'),
  lines: z
    .array(
      z.object({
        skuId: idOf('sku'),
        dealId: idOf('dea').or(z.literal('')),
        quantity: z.number().int().min(1).max(999),
        expectedUnitPrice: z.number().int().min(0).max(maxAmount),
      }),
    )
    .min(1)
    .max(20),
});
export type PlaceOrderInput = z.output<typeof placeOrderSchema>;

/** Orders in one call. */
export const maxOrdersPerCall = 500;

export const cancelOrderSchema = z.object({
  requestId,
  orderId: idOf('ord'),
  reason: text(0, 200).transform((reason) => (reason === '' ? undefined : reason)),
});
export type CancelOrderInput = z.output<typeof cancelOrderSchema>;

export const getOrderSchema = z.object({ orderId: idOf('ord') });

export const listOrdersSchema = z.object({
  userId: idOf('usr').or(z.literal('')),
  status: wordFilter(OrderStatus, orderStatusCodec),
  pageSize,
  pageToken: z.string(),
});

export const expireOrdersSchema = z.object({ orderIds: z.array(idOf('ord')).max(1_000) });
