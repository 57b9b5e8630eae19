import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  type OrderInput,
  orderOf,
  tally,
  unused,
} from '../../test/kit/market.ts';

describeOnBothDatabases('many orders at once', (open) => {
  let market: Market;
  let goods: Goods;
  let broadcastId: string;

  beforeAll(async () => {
    market = createMarket(await open());
  });

  beforeEach(async () => {
    goods = await market.stockGoods(100);
    broadcastId = await market.goLive([goods]);
  });

  afterEach(async () => {
    expect(await market.problems()).toEqual([]);
  });

  /** Places orders by one process, or by two in turns. */
  const place = (inputs: readonly OrderInput[], by = [market.orders, market.otherOrders]) =>
    inputs.map((input, i) => (by[i % by.length] ?? market.orders).placeOrder(input));

  const codesOf = (placed: readonly Promise<unknown>[]) => Promise.all(placed.map(codeOf));

  const buyers = (count: number) =>
    Array.from({ length: count }, () => orderOf(broadcastId, [goods]));

  describe.each([
    ['one process', () => [market.orders]],
    ['two processes', () => [market.orders, market.otherOrders]],
  ])('by %s', (_name, processes) => {
    it('two hundred buyers of a hundred units: a hundred orders, a hundred clear refusals', async () => {
      const codes = await codesOf(place(buyers(200), processes()));
      expect(tally(codes)).toEqual({ ok: 100, SOLD_OUT: 100 });
      expect(await market.stockOf(goods)).toMatchObject({ available: 0, held: 100, version: 101 });
    });

    it('a hundred times the same request: one order, a hundred equal answers', async () => {
      const input = orderOf(broadcastId, [{ ...goods, quantity: 2 }]);
      const [first, ...others] = await Promise.all(
        place(new Array<OrderInput>(100).fill(input), processes()),
      );
      for (const other of others) expect(other).toEqual(first);
      expect(await market.stockOf(goods)).toMatchObject({ available: 98, held: 2 });
    });

    it('a hundred times the same refused request: a hundred equal refusals', async () => {
      const input = orderOf(broadcastId, [{ ...goods, quantity: 101 }]);
      const codes = await codesOf(place(new Array<OrderInput>(100).fill(input), processes()));
      expect(tally(codes)).toEqual({ SOLD_OUT: 100 });
    });

    it('also when no row of the market makes them wait for each other', async () => {
      const input = orderOf(newId('brc'), [{ ...goods, skuId: newId('sku') }]);
      const codes = await codesOf(place(new Array<OrderInput>(100).fill(input), processes()));
      expect(tally(codes)).toEqual({ NOT_FOUND: 100 });
    });

    it('the same id with two bodies: one of them counts, the other is told', async () => {
      const requestId = unused('order');
      const userId = newId('usr');
      const inputs = Array.from({ length: 40 }, (_, i) =>
        orderOf(broadcastId, [{ ...goods, quantity: 1 + (Math.floor(i / 2) % 2) }], {
          requestId,
          userId,
        }),
      );
      const codes = await codesOf(place(inputs, processes()));
      expect(tally(codes)).toEqual({ ok: 20, REQUEST_ID_REUSED: 20 });
      expect((await market.stockOf(goods)).version).toBe(2);
    });

    it('a limit for each buyer holds, however many requests they send', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 50, limit: 3 });
      const users = Array.from({ length: 5 }, () => newId('usr'));
      const inputs = Array.from({ length: 50 }, (_, i) =>
        orderOf(broadcastId, [{ ...goods, dealId }], { userId: users[i % 5] ?? '' }),
      );
      const codes = await codesOf(place(inputs, processes()));
      expect(tally(codes)).toEqual({ ok: 15, LIMIT_REACHED: 35 });
      expect((await market.broadcasts.readDeal(dealId))?.remaining).toBe(35);
    });

    it('the units of a deal are sold exactly', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 30, limit: 2 });
      const inputs = Array.from({ length: 40 }, () =>
        orderOf(broadcastId, [{ ...goods, dealId, quantity: 2 }]),
      );
      expect(tally(await codesOf(place(inputs, processes())))).toEqual({ ok: 15, SOLD_OUT: 25 });
    });

    it('of several SKUs in opposite orders: nobody hears of a deadlock', async () => {
      const shelf = await Promise.all(Array.from({ length: 6 }, () => market.stockGoods(40)));
      const live = await market.goLive(shelf);
      const deals = await Promise.all(
        shelf.map((one) => market.openDeal(live, one, { units: 40 })),
      );
      const lines = shelf.map((one, i) => ({
        ...one,
        dealId: i % 2 === 0 ? (deals[i] ?? '') : '',
      }));
      const inputs = Array.from({ length: 60 }, (_, i) =>
        orderOf(live, i % 2 === 0 ? lines : lines.toReversed()),
      );
      const codes = await codesOf(place(inputs, processes()));
      expect(tally(codes)).toEqual({ ok: 40, SOLD_OUT: 20 });
      for (const one of shelf) {
        expect(await market.stockOf(one)).toMatchObject({ available: 0, held: 40 });
      }
    });
  });

  it('while the seller adjusts stock, edits and ends the broadcast: each order has one clear answer', async () => {
    const dealIds = await Promise.all([
      market.openDeal(broadcastId, goods),
      market.openDeal(broadcastId, goods),
    ]);
    const inputs = Array.from({ length: 60 }, (_, i) =>
      orderOf(broadcastId, [{ ...goods, dealId: i % 3 === 0 ? (dealIds[i % 2] ?? '') : '' }]),
    );
    const placed = codesOf(place(inputs));
    const { broadcasts, catalog, seller } = market;
    const adjusts = Array.from({ length: 10 }, () =>
      catalog.adjustStock(seller, {
        requestId: unused('adjust'),
        skuId: goods.skuId,
        kind: 'adjust_out',
        quantity: 1,
        reason: '파손',
        expectedVersion: 0,
      }),
    );
    const pin = { broadcastId, text: '마감 임박', emphasised: false };
    await Promise.all([
      ...adjusts,
      broadcasts.pinNotice(seller, { requestId: unused('pin'), ...pin }),
      broadcasts.closeDeal(seller, { requestId: unused('close'), dealId: dealIds[0] ?? '' }),
    ]);
    await broadcasts.endBroadcast(seller, { requestId: unused('end'), broadcastId });
    const counts = tally(await placed);
    const expected = ['ok', 'DEAL_NOT_OPEN', 'BROADCAST_NOT_LIVE', 'SOLD_OUT'];
    expect(expected).toEqual(expect.arrayContaining(Object.keys(counts)));
    expect(await market.stockOf(goods)).toMatchObject({ adjustedOut: 10, held: counts.ok ?? 0 });
    const late = market.orders.placeOrder(orderOf(broadcastId, [goods]));
    expect(await codeOf(late)).toBe('BROADCAST_NOT_LIVE');
  });
});
