import { newId } from '../../common/ids.ts';
import { toWon } from '../../common/money.ts';
import type { BroadcastNews } from '../../common/pulse/index.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  only,
  orderOf,
  person,
  unused,
} from '../../test/kit/market.ts';
import type { Database, JobRow } from '../db/index.ts';

type NewDeal = Parameters<Market['broadcasts']['createDeal']>[1];

describeOnBothDatabases('deals and attendance', (open) => {
  let db: Database;
  let market: Market;
  let broadcasts: Market['broadcasts'];
  let goods: Goods;
  let broadcastId: string;

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    broadcasts = market.broadcasts;
  });

  beforeEach(async () => {
    goods = await market.stockGoods(100);
    broadcastId = await market.goLive([goods]);
  });

  afterEach(async () => {
    expect(await market.problems()).toEqual([]);
  });

  function newDeal(more: Partial<NewDeal> = {}): NewDeal {
    const now = market.clock.now();
    return {
      requestId: unused('deal'),
      broadcastId,
      skuId: goods.skuId,
      price: toWon(700),
      startsAt: now + 1_000,
      endsAt: now + 2_000,
      units: 10,
      limitPerBuyer: 3,
      ...more,
    };
  }

  const close = (dealId: string, by = market.seller) =>
    broadcasts.closeDeal(by, { requestId: unused('close'), dealId });

  const end = () =>
    broadcasts.endBroadcast(market.seller, { requestId: unused('end'), broadcastId });

  async function timesOf(dealId: string) {
    const deal = await broadcasts.readDeal(dealId);
    return [deal?.startsAt, deal?.endsAt];
  }

  describe('a deal', () => {
    it('is made once for a request id, with all its units, and news when it begins and ends', async () => {
      const input = newDeal();
      const dealId = await broadcasts.createDeal(market.seller, input);
      expect(await broadcasts.createDeal(market.seller, input)).toBe(dealId);
      const other = broadcasts.createDeal(market.seller, { ...input, units: 11 });
      expect(await codeOf(other)).toBe('REQUEST_ID_REUSED');
      const { requestId: _, ...facts } = input;
      const { productId } = goods;
      expect((await broadcasts.readWhole(broadcastId, 'fresh'))?.deals).toEqual([
        { id: dealId, ...facts, productId, remaining: 10, version: 1 },
      ]);
      const jobs = await db.primary.rows<JobRow>(
        'SELECT * FROM jobs WHERE payload = ? ORDER BY availableAt',
        [JSON.stringify({ dealId })],
      );
      expect(jobs.map((job) => [job.kind, job.availableAt])).toEqual([
        ['broadcasts.announce-deals', input.startsAt],
        ['broadcasts.announce-deals', input.endsAt],
      ]);
    });

    it('is of a SKU that exists and whose product is on show', async () => {
      const hidden = await market.stockGoods(1);
      const attempt = (more: Partial<NewDeal>) =>
        codeOf(broadcasts.createDeal(market.seller, newDeal(more)));
      expect(await attempt({ skuId: newId('sku') })).toBe('NOT_FOUND');
      expect(await attempt({ skuId: hidden.skuId })).toBe('INVALID_ARGUMENT');
      expect(await attempt({ broadcastId: newId('brc') })).toBe('NOT_FOUND');
      expect((await broadcasts.readWhole(broadcastId, 'fresh'))?.deals).toEqual([]);
    });

    it('may have begun, but must not be over, nor its broadcast', async () => {
      const now = market.clock.now();
      const attempt = (more: Partial<NewDeal>) =>
        codeOf(broadcasts.createDeal(market.seller, newDeal(more)));
      expect(await attempt({ startsAt: now - 1, endsAt: now })).toBe('INVALID_ARGUMENT');
      expect(await attempt({ startsAt: now - 1, endsAt: now + 1 })).toBe('ok');
      await end();
      expect(await attempt({})).toBe('INVALID_STATE');
    });

    it('is for the broadcast’s seller alone', async () => {
      const deal = broadcasts.createDeal(person('seller', 'admin'), newDeal());
      expect(await codeOf(deal)).toBe('PERMISSION_DENIED');
    });

    it('is listed by its start', async () => {
      const now = market.clock.now();
      const late = await broadcasts.createDeal(market.seller, newDeal({ startsAt: now + 900 }));
      const early = await broadcasts.createDeal(market.seller, newDeal({ startsAt: now + 100 }));
      const whole = await broadcasts.readWhole(broadcastId, 'fresh');
      expect(whole?.deals.map((deal) => deal.id)).toEqual([early, late]);
    });
  });

  describe('closing a deal', () => {
    it('ends it now; ending it again changes nothing', async () => {
      const startsAt = market.clock.now();
      const dealId = await market.openDeal(broadcastId, goods);
      market.clock.advance(10);
      await close(dealId);
      const closedAt = market.clock.now();
      expect(await timesOf(dealId)).toEqual([startsAt, closedAt]);
      market.clock.advance(10);
      await close(dealId);
      expect(await broadcasts.readDeal(dealId)).toMatchObject({ endsAt: closedAt, version: 2 });
    });

    it('keeps one that has not begun from ever beginning', async () => {
      const dealId = await broadcasts.createDeal(market.seller, newDeal());
      await close(dealId);
      const now = market.clock.now();
      expect(await timesOf(dealId)).toEqual([now, now]);
      market.clock.advance(1_500);
      const order = orderOf(broadcastId, [{ ...goods, dealId }]);
      expect(await codeOf(market.orders.placeOrder(order))).toBe('DEAL_NOT_OPEN');
    });

    it('leaves the other deals of the broadcast open', async () => {
      const [first, second] = await Promise.all([
        market.openDeal(broadcastId, goods),
        market.openDeal(broadcastId, goods),
      ]);
      await close(first);
      expect((await broadcasts.readDeal(second))?.version).toBe(1);
    });

    it('is for the seller and admins', async () => {
      const dealId = await market.openDeal(broadcastId, goods);
      expect(await codeOf(close(dealId, person('seller')))).toBe('PERMISSION_DENIED');
      expect(await codeOf(close(newId('dea')))).toBe('NOT_FOUND');
      await close(dealId, person('admin'));
      expect((await broadcasts.readDeal(dealId))?.endsAt).toBe(market.clock.now());
    });
  });

  it('ends every deal with its broadcast, but not those that were over, nor those of others', async () => {
    const open = await market.openDeal(broadcastId, goods);
    const coming = await broadcasts.createDeal(market.seller, newDeal());
    const over = await market.openDeal(broadcastId, goods, { endsInMs: 1 });
    const elsewhere = await market.openDeal(await market.goLive([goods]), goods);
    const startedAt = market.clock.now();
    market.clock.advance(500);
    await end();
    const now = market.clock.now();
    expect(await timesOf(open)).toEqual([startedAt, now]);
    expect(await timesOf(coming)).toEqual([now, now]);
    expect(await timesOf(over)).toEqual([startedAt, startedAt + 1]);
    expect(await timesOf(elsewhere)).toEqual([startedAt, startedAt + 3_600_000]);
  });

  it('tells the rooms what remains of a deal, once it is committed', async () => {
    const dealId = await market.openDeal(broadcastId, goods);
    const told: { news: BroadcastNews; remaining: Promise<number | undefined> }[] = [];
    const stop = market.pulse.onBroadcast(broadcastId, (news) => {
      if (news.type !== 'deals') return;
      const remaining = broadcasts.readDeal(dealId).then((deal) => deal?.remaining);
      told.push({ news, remaining });
    });
    await market.orders.placeOrder(orderOf(broadcastId, [{ ...goods, dealId, quantity: 4 }]));
    await market.newsDelivered();
    stop();
    const { news, remaining } = only(told);
    expect(news).toEqual({ type: 'deals', deals: [{ dealId, remaining: 6, version: 2 }] });
    expect(await remaining).toBe(6);
  });

  it('tells the rooms of each broadcast whose deals are announced, once', async () => {
    const elsewhere = await market.goLive([goods]);
    const deals = [
      await market.openDeal(broadcastId, goods),
      await market.openDeal(broadcastId, goods),
      await market.openDeal(elsewhere, goods),
    ];
    await market.newsDelivered();
    const heard: string[] = [];
    const stops = [broadcastId, elsewhere].map((id) =>
      market.pulse.onBroadcast(id, ({ type }) => heard.push(`${type} ${id}`)),
    );
    await broadcasts.announceDeals([...deals, newId('dea')]);
    await market.newsDelivered();
    for (const stop of stops) stop();
    expect(new Set(heard)).toEqual(new Set([`changed ${broadcastId}`, `changed ${elsewhere}`]));
    expect(heard).toHaveLength(2);
  });
});
