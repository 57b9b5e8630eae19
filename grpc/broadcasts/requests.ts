import { z } from 'zod';
import { BroadcastStatus } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, requestId, text, timestamp, units, won } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';
import { broadcastStatuses } from './broadcast-state.ts';

export const broadcastStatusCodec = createEnumCodec(BroadcastStatus, broadcastStatuses);

const broadcastId = idOf('brc');

export const createBroadcastSchema = z.object({
  requestId,
  title: text(1, 100),
  description: text(0, 5_000),
  scheduledAt: timestamp.optional(),
});
export type CreateBroadcastInput = z.output<typeof createBroadcastSchema>;

export const updateBroadcastSchema = z.object({
  requestId,
  broadcastId,
  version: z.number().int().min(1),
  title: text(1, 100).optional(),
  description: text(0, 5_000).optional(),
});
export type UpdateBroadcastInput = z.output<typeof updateBroadcastSchema>;

export const getBroadcastSchema = z.object({ broadcastId });

export const listBroadcastsSchema = z.object({
  status: wordFilter(BroadcastStatus, broadcastStatusCodec),
  sellerId: idOf('usr').or(z.literal('')),
  pageSize,
  pageToken: z.string(),
});

export const setProductsSchema = z.object({
  requestId,
  broadcastId,
  productIds: z
    .array(idOf('prd'))
    .max(100)
    .refine((ids) => new Set(ids).size === ids.length, 'must name each product once'),
});
export type SetProductsInput = z.output<typeof setProductsSchema>;

export const highlightSchema = z.object({
  requestId,
  broadcastId,
  productId: idOf('prd').or(z.literal('')),
});
export type HighlightInput = z.output<typeof highlightSchema>;

export const broadcastIdSchema = z.object({ requestId, broadcastId });
export type BroadcastIdInput = z.output<typeof broadcastIdSchema>;

export const pinNoticeSchema = z.object({
  requestId,
  broadcastId,
  text: text(0, 200),
  emphasised: z.boolean(),
});
export type PinNoticeInput = z.output<typeof pinNoticeSchema>;

export const createDealSchema = z
  .object({
    requestId,
    broadcastId,
    skuId: idOf('sku'),
    price: won,
    startsAt: timestamp,
    endsAt: timestamp,
    units,
    limitPerBuyer: units,
  })
  .refine((deal) => deal.startsAt < deal.endsAt, {
    path: ['endsAt'],
    message: 'must come after startsAt',
  })
  .refine((deal) => deal.limitPerBuyer <= deal.units, {
    path: ['limitPerBuyer'],
    message: 'must not exceed units',
  });
export type CreateDealInput = z.output<typeof createDealSchema>;

export const closeDealSchema = z.object({ requestId, dealId: idOf('dea') });
export type CloseDealInput = z.output<typeof closeDealSchema>;

export const endBroadcastsOfSchema = z.object({ sellerIds: z.array(idOf('usr')).max(500) });

export const announceDealsSchema = z.object({ dealIds: z.array(idOf('dea')).max(500) });
