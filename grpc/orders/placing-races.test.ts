import { newId } from '../../common/ids.ts';
import { toWon } from '../../common/money.ts';
import { describeOnBothDatabases, describeOnMariaDb } from '../../test/kit/databases.ts';
import { innodbStatus } from '../../test/kit/innodb-status.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  type OrderInput,
  orderOf,
  person,
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

/** The loser of a deadlock is run again in silence, so that only the server knows of it. */
describeOnMariaDb('orders of the same SKUs in opposite orders, by two processes', (open) => {
  let market: Market;
  let shelf: Goods[];
  let live: string;
  let deadlocksBefore: number;

  beforeAll(async () => {
    market = createMarket(await open());
  });

  beforeEach(async () => {
    const goods = await Promise.all(Array.from({ length: 6 }, () => market.stockGoods(100)));
    live = await market.goLive(goods);
    shelf = await Promise.all(
      goods.map(async (one, i) => {
        if (i % 2 === 1) return one;
        return { ...one, dealId: await market.openDeal(live, one, { units: 100 }) };
      }),
    );
    deadlocksBefore = await innodbStatus(market.db, 'Innodb_deadlocks');
  });

  afterEach(async () => {
    expect(await innodbStatus(market.db, 'Innodb_deadlocks')).toBe(deadlocksBefore);
    expect(await market.problems()).toEqual([]);
  });

  const process = (i: number) => (i % 2 === 0 ? market.orders : market.otherOrders);

  const place = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      process(i).placeOrder(orderOf(live, i % 4 < 2 ? shelf : shelf.toReversed())),
    );

  it('never wait for each other in a circle', async () => {
    const codes = await Promise.all(place(120).map(codeOf));
    expect(tally(codes)).toEqual({ ok: 100, SOLD_OUT: 20 });
  });

  it('nor do they beside those that are paid, cancelled, and expire', async () => {
    const placed = await Promise.all(place(60));
    const [ending, leaving, due] = [placed.slice(0, 20), placed.slice(20, 40), placed.slice(40)];
    const starts = ending.map((order) => {
      return { orderId: order.id, userId: order.userId, amount: toWon(order.amount) };
    });
    await market.db.transaction((tx) => market.orders.beginPaymentIn(tx, starts));
    market.clock.advance(600_000);
    const ids = ending.map(({ id }) => id);
    const end = (from: number) =>
      market.db.transaction((tx) =>
        market.orders.endPaymentsIn(tx, {
          paid: ids.slice(from, from + 2).toReversed(),
          unpaid: ids.slice(from + 2, from + 4),
        }),
      );
    const cancel = ({ id, userId }: { id: string; userId: string }, i: number) => {
      const input = { requestId: unused('cancel'), orderId: id, reason: undefined };
      return process(i).cancelOrder({ ...person('viewer'), userId }, input);
    };
    const dueIds = due.map(({ id }) => id);
    await Promise.all([
      ...place(40),
      ...[0, 4, 8, 12, 16].map(end),
      ...leaving.map(cancel),
      ...[dueIds, dueIds.toReversed()].map((some, i) => process(i).expireOrders(some)),
    ]);
    for (const one of shelf) {
      expect(await market.stockOf(one)).toMatchObject({ available: 50, held: 40, sold: 10 });
    }
  });
});
