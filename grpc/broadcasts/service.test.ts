import { type Actor, anonymous } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import {
  BroadcastStatus,
  BroadcastsServiceDefinition,
  type CreateDealRequest,
} from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  person,
  reportOf,
  unused,
} from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { createBroadcastsService } from './index.ts';

const room: Actor = { kind: 'service', name: 'realtime' };

describeOnSqlite('BroadcastsService', (open) => {
  let market: Market;
  let served: ServedRpc;
  let goods: Goods;

  beforeAll(async () => {
    market = createMarket(await open());
    const service = createBroadcastsService(market.broadcasts);
    served = await serveRpc((server) => server.add(BroadcastsServiceDefinition, service));
    goods = await market.stockGoods(10);
  });

  afterAll(() => served.stop());

  const as = (actor: Actor) => served.as(actor).broadcasts;
  const announce = (actor: Actor = market.seller) =>
    as(actor).createBroadcast({ requestId: unused('broadcast'), title: '가을', description: '' });

  function dealOf(broadcastId: string, more: Partial<CreateDealRequest> = {}): CreateDealRequest {
    const now = market.clock.now();
    return {
      requestId: unused('deal'),
      broadcastId,
      skuId: goods.skuId,
      price: 700,
      startsAt: new Date(now),
      endsAt: new Date(now + 60_000),
      units: 5,
      limitPerBuyer: 2,
      ...more,
    };
  }

  it('shows the whole of a broadcast, each answer with what it just changed', async () => {
    const seller = as(market.seller);
    const { id: broadcastId } = await announce();
    const { productId } = goods;
    const set = { requestId: unused('set'), broadcastId, productIds: [productId] };
    expect((await seller.setBroadcastProducts(set)).products).toMatchObject([
      { position: 0, highlighted: false, product: { id: productId } },
    ]);
    const highlight = { requestId: unused('front'), broadcastId, productId };
    expect((await seller.highlightProduct(highlight)).products[0]?.highlighted).toBe(true);
    const live = await seller.startBroadcast({ requestId: unused('start'), broadcastId });
    expect(live.status).toBe(BroadcastStatus.LIVE);
    const notice = { text: '무료 배송', emphasised: true };
    await seller.pinNotice({ requestId: unused('pin'), broadcastId, ...notice });
    const deal = await seller.createDeal(dealOf(broadcastId));
    const now = new Date(market.clock.now());
    expect(deal).toMatchObject({ remaining: 5, startsAt: now, productId, version: 1 });

    expect(await as(anonymous).getBroadcast({ broadcastId })).toMatchObject({
      id: broadcastId,
      sellerId: market.seller.userId,
      title: '가을',
      scheduledAt: now,
      startedAt: now,
      endedAt: undefined,
      peakViewers: 0,
      notice: { ...notice, pinnedAt: now },
      products: [{ product: { id: productId, skus: [{ id: goods.skuId }] }, highlighted: true }],
      deals: [deal],
    });

    const closed = await seller.closeDeal({ requestId: unused('close'), dealId: deal.id });
    expect(closed).toMatchObject({ id: deal.id, endsAt: now, version: 2 });
    const ended = await as(person('admin')).endBroadcast({ requestId: unused('end'), broadcastId });
    expect(ended).toMatchObject({ status: BroadcastStatus.ENDED, endedAt: now });
  });

  it('edits title and description, and leaves what is absent', async () => {
    const { id: broadcastId } = await announce();
    const edit = { requestId: unused('edit'), broadcastId, version: 1, description: '산지에서' };
    const edited = await as(market.seller).updateBroadcast(edit);
    expect(edited).toMatchObject({ title: '가을', description: '산지에서', version: 2 });
    expect(edited.notice).toBeUndefined();
  });

  it.each<[string, Partial<CreateDealRequest>, string]>([
    ['an end at its beginning', { endsAt: new Date(0), startsAt: new Date(0) }, 'endsAt'],
    ['no units', { units: 0 }, 'units'],
    ['no limit', { limitPerBuyer: 0 }, 'limitPerBuyer'],
    ['a limit over its units', { limitPerBuyer: 6 }, 'limitPerBuyer'],
    ['no price', { price: 0 }, 'price'],
    ['no time', { startsAt: undefined }, 'startsAt'],
  ])('CreateDeal refuses %s and names the field', async (_what, change, field) => {
    const create = as(market.seller).createDeal(dealOf(newId('brc'), change));
    await expect(create).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { [field]: expect.any(String) },
    });
  });

  it('SetBroadcastProducts refuses a product twice', async () => {
    const { id: broadcastId } = await announce();
    const productIds = [goods.productId, goods.productId];
    const set = as(market.seller).setBroadcastProducts({
      requestId: unused('set'),
      broadcastId,
      productIds,
    });
    expect(await codeOf(set)).toBe('INVALID_ARGUMENT');
  });

  it('ListBroadcasts pages by state, without products and deals', async () => {
    const seller = person('seller');
    const made = [await announce(seller), await announce(seller), await announce(seller)];
    await as(seller).startBroadcast({ requestId: unused('start'), broadcastId: made[1]?.id ?? '' });
    const filter = { sellerId: seller.userId, pageSize: 2 };
    const first = await as(anonymous).listBroadcasts(filter);
    expect(first.broadcasts.map(({ id }) => id)).toEqual([made[2]?.id, made[1]?.id]);
    const rest = await as(anonymous).listBroadcasts({ ...filter, pageToken: first.nextPageToken });
    expect(rest).toMatchObject({ broadcasts: [{ id: made[0]?.id }], nextPageToken: '' });
    const live = await as(anonymous).listBroadcasts({ ...filter, status: BroadcastStatus.LIVE });
    expect(live.broadcasts).toMatchObject([{ id: made[1]?.id, products: [], deals: [] }]);
    const unknown = as(anonymous).listBroadcasts({ status: BroadcastStatus.UNRECOGNIZED });
    expect(await codeOf(unknown)).toBe('INVALID_ARGUMENT');
  });

  it('opens reports and announcements to our own processes alone', async () => {
    const { id: broadcastId } = await announce();
    const report = { rooms: [reportOf(broadcastId, 'room-1', { guests: 3 })] };
    for (const actor of [anonymous, person('viewer'), market.seller, person('admin')]) {
      const expected = actor.kind === 'anonymous' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED';
      expect(await codeOf(as(actor).reportAttendance(report))).toBe(expected);
      expect(await codeOf(as(actor).announceDeals({ dealIds: [] }))).toBe(expected);
    }
    expect(await as(room).reportAttendance(report)).toEqual({
      rooms: [{ viewers: 3, peak: 3, tellAll: false, bannedUserIds: [], moderatorUserIds: [] }],
    });
    expect(await as(room).announceDeals({ dealIds: [newId('dea')] })).toEqual({});
    expect((await as(anonymous).getBroadcast({ broadcastId })).peakViewers).toBe(3);
  });

  it('answers NOT_FOUND for what is not there', async () => {
    const broadcastId = newId('brc');
    expect(await codeOf(as(anonymous).getBroadcast({ broadcastId }))).toBe('NOT_FOUND');
    const start = as(market.seller).startBroadcast({ requestId: unused('start'), broadcastId });
    expect(await codeOf(start)).toBe('NOT_FOUND');
    const close = as(market.seller).closeDeal({ requestId: unused('c'), dealId: newId('dea') });
    expect(await codeOf(close)).toBe('NOT_FOUND');
  });
});
