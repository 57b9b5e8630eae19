import { z } from 'zod';
import { BroadcastStatus } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { broadcastDoorSpec } from './broadcast-door.ts';
import { broadcastPeopleSpec } from './broadcast-people.ts';
import { product } from './catalog.ts';
import { enumCodec, present, presentOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { amount, count, id, idParams, pageOf, pageQuery, text, version } from './schemas.ts';

const status = enumCodec(BroadcastStatus);

const deal = z
  .object({
    id: z.string(),
    broadcastId: z.string(),
    productId: z.string(),
    skuId: z.string(),
    price: count.describe('Won a unit.'),
    startsAt: timestamp.describe('From when, inclusive.'),
    endsAt: timestamp.describe('Until when, exclusive; earlier than planned if it was closed.'),
    units: count.describe('Units on offer.'),
    remaining: count.describe('Units that can still be ordered.'),
    limitPerBuyer: count.describe('Units one buyer may have.'),
    version: count.describe('Grows with every change.'),
  })
  .meta({ id: 'Deal', description: 'A price for a while, for so many units, so many a buyer.' });

const notice = z
  .object({
    text: z.string(),
    emphasised: z.boolean().describe('Whether clients should draw it large.'),
    pinnedAt: timestamp,
  })
  .meta({ id: 'Notice', description: 'A pinned announcement.' });

const broadcastProduct = z
  .object({
    product: present(product),
    position: count.describe('Display order from 0.'),
    highlighted: z.boolean(),
  })
  .meta({ id: 'BroadcastProduct', description: 'A product on show.' });

const broadcast = z
  .object({
    id: z.string(),
    sellerId: z.string(),
    title: z.string(),
    description: z.string(),
    status,
    scheduledAt: timestamp,
    startedAt: timestampOrNull,
    endedAt: timestampOrNull,
    peakViewers: count,
    notice: presentOrNull(notice),
    products: z.array(broadcastProduct).describe('In display order; empty in lists.'),
    deals: z.array(deal).describe('By start; empty in lists.'),
    version: count.describe('Grows with every edit.'),
  })
  .meta({ id: 'Broadcast' });

const broadcastId = idParams({ broadcastId: 'brc' });
const answer = { status: 200, description: 'The broadcast.', body: broadcast } as const;

export const broadcastPage = pageOf(broadcast).meta({ id: 'BroadcastPage' });

export const broadcastsSpec = endpoints({
  createBroadcast: {
    method: 'POST',
    path: '/v1/broadcasts',
    summary: 'Plan a broadcast',
    action: 'broadcasts.createBroadcast',
    idempotency: 'optional',
    body: z
      .strictObject({
        title: text(1, 100),
        description: text(0, 5_000).default(''),
        scheduledAt: timestamp.optional().describe('Planned start; absent means now.'),
      })
      .meta({ id: 'CreateBroadcastBody' }),
    success: { ...answer, status: 201 },
    refusals: [],
  },
  updateBroadcast: {
    method: 'PATCH',
    path: '/v1/broadcasts/{broadcastId}',
    summary: 'Change title or description of an own broadcast',
    action: 'broadcasts.updateBroadcast',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        version: version.describe('The version that the editor saw.'),
        title: text(1, 100).optional(),
        description: text(0, 5_000).optional(),
      })
      .meta({ id: 'UpdateBroadcastBody', description: 'What is absent stays as it is.' }),
    success: answer,
    refusals: ['NOT_FOUND', 'STALE_VERSION'],
  },
  getBroadcast: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}',
    summary: 'Read a broadcast with its products, stock and deals',
    action: 'broadcasts.getBroadcast',
    idempotency: 'none',
    params: broadcastId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  listBroadcasts: {
    method: 'GET',
    path: '/v1/broadcasts',
    summary: 'List broadcasts, newest first',
    action: 'broadcasts.listBroadcasts',
    idempotency: 'none',
    query: z.strictObject({
      status: status.optional(),
      sellerId: id('usr').optional(),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: broadcastPage,
    },
    refusals: [],
  },
  setBroadcastProducts: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/products',
    summary: 'Replace the products shown',
    action: 'broadcasts.setBroadcastProducts',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        productIds: z.array(id('prd')).max(100).describe('Own products in display order.'),
      })
      .meta({ id: 'SetBroadcastProductsBody' }),
    success: answer,
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  highlightProduct: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/highlight',
    summary: 'Put one product in front, or none',
    action: 'broadcasts.highlightProduct',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({ productId: id('prd').nullable().describe('Null puts none in front.') })
      .meta({ id: 'HighlightProductBody' }),
    success: answer,
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  startBroadcast: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/start',
    summary: 'Go live',
    action: 'broadcasts.startBroadcast',
    idempotency: 'optional',
    params: broadcastId,
    success: answer,
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  endBroadcast: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/end',
    summary: 'End a broadcast and its open deals',
    action: 'broadcasts.endBroadcast',
    idempotency: 'optional',
    params: broadcastId,
    success: answer,
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  pinNotice: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/notice',
    summary: 'Pin a notice, or clear it',
    action: 'broadcasts.pinNotice',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        text: text(0, 200).describe('Empty clears it.'),
        emphasised: z.boolean().default(false),
      })
      .meta({ id: 'PinNoticeBody' }),
    success: answer,
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  createDeal: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/deals',
    summary: 'Define a time deal on a SKU of a product shown',
    action: 'broadcasts.createDeal',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        skuId: id('sku'),
        price: amount.describe('Won a unit.'),
        startsAt: timestamp,
        endsAt: timestamp.describe('After startsAt and after now.'),
        units: z.int().min(1).max(1_000_000_000),
        limitPerBuyer: z.int().min(1).max(1_000_000_000).describe('1 to units.'),
      })
      .meta({ id: 'CreateDealBody' }),
    success: { status: 201, description: 'The deal.', body: deal },
    refusals: ['NOT_FOUND', 'INVALID_STATE'],
  },
  closeDeal: {
    method: 'POST',
    path: '/v1/deals/{dealId}/close',
    summary: 'End a deal before its time',
    description: 'Ending an ended deal changes nothing.',
    action: 'broadcasts.closeDeal',
    idempotency: 'optional',
    params: idParams({ dealId: 'dea' }),
    success: { status: 200, description: 'The deal.', body: deal },
    refusals: ['NOT_FOUND'],
  },
  ...broadcastPeopleSpec,
  ...broadcastDoorSpec,
});
