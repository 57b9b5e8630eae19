import { requireUser } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type {
  Broadcast,
  BroadcastsServiceImplementation,
  Deal,
} from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { toProtoProduct } from '../catalog/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { createAdmissionRpcs } from './admission/service.ts';
import { createAttendanceRpcs } from './attendance/service.ts';
import type { DealRow } from './entities.ts';
import type { Broadcasts, WholeBroadcast } from './index.ts';
import { createPeopleRpcs } from './people/service.ts';
import {
  announceDealsSchema,
  broadcastIdSchema,
  broadcastStatusCodec,
  closeDealSchema,
  createBroadcastSchema,
  createDealSchema,
  endBroadcastsOfSchema,
  getBroadcastSchema,
  highlightSchema,
  listBroadcastsSchema,
  pinNoticeSchema,
  setProductsSchema,
  updateBroadcastSchema,
} from './requests.ts';
import type { BroadcastWithPeak } from './store.ts';

/** BroadcastsService over the domain. */
export function createBroadcastsService(
  broadcasts: Broadcasts,
): BroadcastsServiceImplementation<CallExt> {
  async function read(broadcastId: string, fresh?: 'fresh'): Promise<Broadcast> {
    const whole = await broadcasts.readWhole(broadcastId, fresh);
    if (whole === undefined) throw new NotFound('broadcast', broadcastId);
    return toProtoBroadcast(whole);
  }

  async function readDeal(dealId: string): Promise<Deal> {
    const deal = await broadcasts.readDeal(dealId);
    if (deal === undefined) throw new NotFound('deal', dealId);
    return toProtoDeal(deal);
  }

  return {
    async createBroadcast(request, { actor }) {
      const input = createBroadcastSchema.parse(request);
      return read(await broadcasts.createBroadcast(requireUser(actor), input), 'fresh');
    },
    async updateBroadcast(request, { actor }) {
      const input = updateBroadcastSchema.parse(request);
      await broadcasts.updateBroadcast(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    getBroadcast: (request) => read(getBroadcastSchema.parse(request).broadcastId),
    async listBroadcasts(request) {
      const { status, sellerId, pageSize, pageToken } = listBroadcastsSchema.parse(request);
      const afterId = decodePageToken(pageToken);
      const found = await broadcasts.listBroadcasts({ status, sellerId, afterId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      const bare = rows.map((broadcast) => ({ broadcast, products: [], deals: [] }));
      return { broadcasts: bare.map(toProtoBroadcast), nextPageToken };
    },
    async setBroadcastProducts(request, { actor }) {
      const input = setProductsSchema.parse(request);
      await broadcasts.setBroadcastProducts(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    async highlightProduct(request, { actor }) {
      const input = highlightSchema.parse(request);
      await broadcasts.highlightProduct(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    async startBroadcast(request, { actor }) {
      const input = broadcastIdSchema.parse(request);
      await broadcasts.startBroadcast(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    async endBroadcast(request, { actor }) {
      const input = broadcastIdSchema.parse(request);
      await broadcasts.endBroadcast(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    async pinNotice(request, { actor }) {
      const input = pinNoticeSchema.parse(request);
      await broadcasts.pinNotice(requireUser(actor), input);
      return read(input.broadcastId, 'fresh');
    },
    async createDeal(request, { actor }) {
      const input = createDealSchema.parse(request);
      return readDeal(await broadcasts.createDeal(requireUser(actor), input));
    },
    async closeDeal(request, { actor }) {
      const input = closeDealSchema.parse(request);
      await broadcasts.closeDeal(requireUser(actor), input);
      return readDeal(input.dealId);
    },
    async announceDeals(request) {
      await broadcasts.announceDeals(announceDealsSchema.parse(request).dealIds);
      return {};
    },
    async endBroadcastsOf(request) {
      await broadcasts.endBroadcastsOf(endBroadcastsOfSchema.parse(request).sellerIds);
      return {};
    },
    ...createPeopleRpcs(broadcasts.people),
    ...createAdmissionRpcs(broadcasts),
    ...createAttendanceRpcs(broadcasts),
  };
}

function toProtoBroadcast({ broadcast, products, deals }: WholeBroadcast): Broadcast {
  return {
    id: broadcast.id,
    sellerId: broadcast.sellerId,
    title: broadcast.title,
    description: broadcast.description,
    status: broadcastStatusCodec.toProto(broadcast.status),
    scheduledAt: new Date(broadcast.scheduledAt),
    startedAt: toDate(broadcast.startedAt),
    endedAt: toDate(broadcast.endedAt),
    peakViewers: broadcast.peakViewers,
    notice: toProtoNotice(broadcast),
    products: products.map((product, position) => ({
      product: toProtoProduct(product),
      position,
      highlighted: product.id === broadcast.highlightedProductId,
    })),
    deals: deals.map(toProtoDeal),
    version: broadcast.version,
  };
}

function toProtoNotice(row: BroadcastWithPeak): Broadcast['notice'] {
  if (row.noticeText === null) return undefined;
  return {
    text: row.noticeText,
    emphasised: row.noticeEmphasised === 1,
    pinnedAt: toDate(row.noticePinnedAt),
  };
}

function toProtoDeal(deal: DealRow): Deal {
  return { ...deal, startsAt: new Date(deal.startsAt), endsAt: new Date(deal.endsAt) };
}

function toDate(time: number | null): Date | undefined {
  return time === null ? undefined : new Date(time);
}
