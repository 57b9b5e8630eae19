import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  type OrderInput,
  only,
  orderOf,
  unused,
} from '../../test/kit/market.ts';
import type { Database, JobRow } from '../db/index.ts';

describeOnBothDatabases('placing an order', (open) => {
  let db: Database;
  let market: Market;
  let orders: Market['orders'];
  let goods: Goods;
  let broadcastId: string;

  beforeAll(async () => {
    db = await open();
    market = createMarket(db, { PAYMENT_DEADLINE_SECONDS: '600' });
    orders = market.orders;
  });

  beforeEach(async () => {
    goods = await market.stockGoods(10);
    broadcastId = await market.goLive([goods]);
  });

  afterEach(async () => {
    expect(await market.problems()).toEqual([]);
  });

  const buy = (quantity = 1, more: Partial<OrderInput> = {}) =>
    orderOf(broadcastId, [{ ...goods, quantity }], more);

  const codeOfOrder = (input: OrderInput) => codeOf(orders.placeOrder(input));

  describe('accepted', () => {
    it('holds its stock until a deadline, and is worth what its lines are', async () => {
      const other = await market.stockGoods(5, { price: 2_500, name: '사과' });
      const both = await market.goLive([goods, other]);
      const input = orderOf(both, [
        { ...goods, quantity: 2 },
        { ...other, quantity: 1 },
      ]);
      const order = await orders.placeOrder(input);
      const now = market.clock.now();
      expect(order).toMatchObject({
        number: expect.stringMatching(/^ORDER-[0-9A-Z]{8}$/),
        userId: input.userId,
        sellerId: market.seller.userId,
        broadcastId: both,
        status: 'awaiting_payment',
        amount: 4_500,
        createdAt: now,
        paymentDeadline: now + 600_000,
        paidAt: null,
        version: 1,
      });
      expect(order.lines).toMatchObject([
        { skuId: goods.skuId, name: '감귤 5kg', unitPrice: 1_000, quantity: 2, dealId: null },
        { skuId: other.skuId, name: '사과', unitPrice: 2_500, quantity: 1, dealId: null },
      ]);
      expect(await orders.readOrder(order.id)).toMatchObject(order);
      expect(await market.stockOf(goods)).toMatchObject({ available: 8, held: 2, version: 2 });
      expect(await market.stockOf(other)).toMatchObject({ available: 4, held: 1, version: 2 });
    });

    it('has a first row of history, and a look at its deadline ahead of it', async () => {
      const order = await orders.placeOrder(buy());
      expect((await orders.readOrder(order.id))?.history).toEqual([
        {
          orderId: order.id,
          version: 1,
          fromStatus: null,
          toStatus: 'awaiting_payment',
          actor: order.userId,
          reason: null,
          at: order.createdAt,
        },
      ]);
      const jobs = await db.primary.rows<JobRow>('SELECT * FROM jobs WHERE payload = ?', [
        JSON.stringify({ orderId: order.id }),
      ]);
      expect(only(jobs)).toMatchObject({
        kind: 'orders.expire',
        availableAt: order.paymentDeadline + 1_000,
      });
    });

    it('counts two lines of one SKU together', async () => {
      const line = { ...goods, quantity: 6 };
      expect(await codeOfOrder(orderOf(broadcastId, [line, line]))).toBe('SOLD_OUT');
      const order = await orders.placeOrder(
        orderOf(broadcastId, [line, { ...goods, quantity: 4 }]),
      );
      expect(order.amount).toBe(10_000);
      expect(await market.stockOf(goods)).toMatchObject({ available: 0, held: 10 });
    });

    it('takes the price that the buyer was shown, or none', async () => {
      const expected = (expectedUnitPrice: number) =>
        orderOf(broadcastId, [{ ...goods, expectedUnitPrice }]);
      expect(await codeOfOrder(expected(1_000))).toBe('ok');
      expect(await codeOfOrder(expected(0))).toBe('ok');
      await expect(orders.placeOrder(expected(999))).rejects.toMatchObject({
        code: 'PRICE_CHANGED',
        details: { skuId: goods.skuId, unitPrice: '1000' },
      });
    });

    it('tells the rooms of the stock that is left, once it is committed', async () => {
      await market.newsDelivered();
      const told: [unknown, Promise<number>][] = [];
      const stop = market.pulse.onStock(({ skus }) => {
        told.push([skus, market.stockOf(goods).then((stock) => stock.available)]);
      });
      await Promise.all([
        orders.placeOrder(buy(2)),
        orders.placeOrder(buy(3)),
        codeOfOrder(buy(9)),
      ]);
      await market.newsDelivered();
      stop();
      const [skus, available] = only(told);
      // One transaction, two movements, one piece of news.
      expect(skus).toEqual([{ skuId: goods.skuId, available: 5, version: 3 }]);
      expect(await available).toBe(5);
    });
  });

  describe('refused', () => {
    it.each<[string, () => Promise<OrderInput> | OrderInput, string]>([
      ['in a broadcast that does not exist', () => orderOf(newId('brc'), [goods]), 'NOT_FOUND'],
      [
        'of a SKU that does not exist',
        () => orderOf(broadcastId, [{ ...goods, skuId: newId('sku') }]),
        'NOT_FOUND',
      ],
      [
        'of a product that is not on show',
        async () => orderOf(broadcastId, [await market.stockGoods(1)]),
        'NOT_FOUND',
      ],
      [
        'in a deal that does not exist',
        () => orderOf(broadcastId, [{ ...goods, dealId: newId('dea') }]),
        'NOT_FOUND',
      ],
      ['of more than there is', () => buy(11), 'SOLD_OUT'],
      [
        'that is worth too much',
        async () => {
          const gold = await market.stockGoods(10, { price: 600_000_000 });
          const live = await market.goLive([gold]);
          return orderOf(live, [{ ...gold, quantity: 2 }]);
        },
        'INVALID_ARGUMENT',
      ],
      [
        'of a product that was stopped',
        async () => {
          const { productId } = goods;
          const edit = { requestId: unused('stop'), productId, version: 1 };
          await market.catalog.updateProduct(market.seller, { ...edit, status: 'stopped' });
          return buy();
        },
        'PRODUCT_NOT_ON_SALE',
      ],
    ])('%s', async (_name, make, code) => {
      const input = await make();
      const before = await market.stockOf(goods);
      expect(await codeOfOrder(input)).toBe(code);
      expect(await market.stockOf(goods)).toEqual(before);
      const page = { userId: input.userId, status: undefined, afterId: undefined, limit: 1 };
      expect(await orders.listOrders(page)).toEqual([]);
    });

    it('before its broadcast goes live and after it ended', async () => {
      const scheduled = await market.broadcasts.createBroadcast(market.seller, {
        requestId: unused('broadcast'),
        title: '예고',
        description: '',
        scheduledAt: undefined,
      });
      await expect(orders.placeOrder(orderOf(scheduled, [goods]))).rejects.toMatchObject({
        code: 'BROADCAST_NOT_LIVE',
        details: { status: 'scheduled' },
      });
      await market.broadcasts.endBroadcast(market.seller, {
        requestId: unused('end'),
        broadcastId,
      });
      expect(await codeOfOrder(buy())).toBe('BROADCAST_NOT_LIVE');
    });

    it('whole, when only one of its lines can be met', async () => {
      const scarce = await market.stockGoods(1);
      const live = await market.goLive([goods, scarce]);
      const input = orderOf(live, [goods, { ...scarce, quantity: 2 }]);
      await expect(orders.placeOrder(input)).rejects.toMatchObject({
        code: 'SOLD_OUT',
        details: { skuId: scarce.skuId, available: '1' },
      });
      expect(await market.stockOf(goods)).toMatchObject({ available: 10, held: 0 });
    });

    it('by itself, while the others of its batch go on', async () => {
      const codes = await Promise.all(
        [
          buy(4),
          buy(11),
          orderOf(newId('brc'), [goods]),
          buy(4),
          orderOf(broadcastId, [{ ...goods, skuId: newId('sku') }]),
          buy(4),
          buy(2),
        ].map(codeOfOrder),
      );
      expect(codes).toEqual(['ok', 'SOLD_OUT', 'NOT_FOUND', 'ok', 'NOT_FOUND', 'SOLD_OUT', 'ok']);
      expect(await market.stockOf(goods)).toMatchObject({ available: 0, held: 10 });
    });
  });

  describe('again under its request id', () => {
    it('answers the order as it is now, and does nothing', async () => {
      const input = buy(3);
      const order = await orders.placeOrder(input);
      expect(await orders.placeOrder(input)).toEqual(order);
      const requestId = unused('cancel');
      const buyer = { ...market.seller, userId: input.userId };
      await orders.cancelOrder(buyer, { requestId, orderId: order.id, reason: undefined });
      expect(await orders.placeOrder(input)).toMatchObject({ id: order.id, status: 'cancelled' });
      expect(await market.stockOf(goods)).toMatchObject({ available: 10, held: 0 });
    });

    it('refuses other input', async () => {
      const input = buy(3);
      await orders.placeOrder(input);
      const { requestId, userId } = input;
      for (const other of [
        buy(4, { requestId, userId }),
        orderOf(await market.goLive([goods]), [{ ...goods, quantity: 3 }], { requestId, userId }),
        orderOf(broadcastId, [{ ...goods, quantity: 3, expectedUnitPrice: 1_000 }], {
          requestId,
          userId,
        }),
      ]) {
        await expect(orders.placeOrder(other)).rejects.toMatchObject({
          code: 'REQUEST_ID_REUSED',
          details: { requestId },
        });
      }
      expect(await market.stockOf(goods)).toMatchObject({ held: 3 });
    });

    it('refuses other input also in the same batch, by whichever came first', async () => {
      const first = buy(1);
      const { requestId, userId } = first;
      const second = buy(2, { requestId, userId });
      expect(await Promise.all([first, second, first, second].map(codeOfOrder))).toEqual([
        'ok',
        'REQUEST_ID_REUSED',
        'ok',
        'REQUEST_ID_REUSED',
      ]);
      expect(await market.stockOf(goods)).toMatchObject({ held: 1 });
    });

    it('stays refused, with the same words, when it could be met by now', async () => {
      const input = buy(11);
      const refusal = {
        code: 'SOLD_OUT',
        message: `${goods.skuId} has 10 units left`,
        details: { skuId: goods.skuId, available: '10' },
      };
      await expect(orders.placeOrder(input)).rejects.toMatchObject(refusal);
      await market.catalog.adjustStock(market.seller, {
        requestId: unused('adjust'),
        skuId: goods.skuId,
        kind: 'receive',
        quantity: 5,
        reason: '재입고',
        expectedVersion: 0,
      });
      await expect(orders.placeOrder(input)).rejects.toMatchObject(refusal);
      expect(await codeOfOrder({ ...input, requestId: unused('order') })).toBe('ok');
    });

    it('is another request when another buyer uses the id', async () => {
      const input = buy(1);
      const { requestId } = input;
      const mine = await orders.placeOrder(input);
      expect((await orders.placeOrder(buy(2, { requestId }))).id).not.toBe(mine.id);
    });
  });

  describe('in a deal', () => {
    const inDeal = (dealId: string, quantity = 1, more: Partial<OrderInput> = {}) =>
      orderOf(broadcastId, [{ ...goods, dealId, quantity }], more);

    it('costs the deal’s price, and takes units of the deal and of the stock', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 5, limit: 4 });
      const order = await orders.placeOrder(inDeal(dealId, 3));
      expect(order).toMatchObject({ amount: 2_100, lines: [{ dealId, unitPrice: 700 }] });
      expect(await market.broadcasts.readDeal(dealId)).toMatchObject({ remaining: 2, version: 2 });
      expect(await market.stockOf(goods)).toMatchObject({ available: 7, held: 3 });
    });

    it('is open from its first millisecond to its last', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { startsInMs: 100, endsInMs: 200 });
      const codes: string[] = [];
      for (const step of [99, 1, 99, 1]) {
        market.clock.advance(step);
        codes.push(await codeOfOrder(inDeal(dealId)));
      }
      expect(codes).toEqual(['DEAL_NOT_OPEN', 'ok', 'ok', 'DEAL_NOT_OPEN']);
    });

    it('is judged by its own price', async () => {
      const dealId = await market.openDeal(broadcastId, goods);
      const shown = (expectedUnitPrice: number) =>
        codeOfOrder(orderOf(broadcastId, [{ ...goods, dealId, expectedUnitPrice }]));
      expect(await shown(1_000)).toBe('PRICE_CHANGED');
      expect(await shown(700)).toBe('ok');
    });

    it('must be of this broadcast and of this SKU', async () => {
      const other = await market.stockGoods(10);
      const live = await market.goLive([goods, other]);
      const elsewhere = await market.openDeal(live, goods);
      const ofOther = await market.openDeal(live, other);
      expect(await codeOfOrder(inDeal(elsewhere))).toBe('NOT_FOUND');
      const wrongSku = orderOf(live, [{ ...goods, dealId: ofOther }]);
      expect(await codeOfOrder(wrongSku)).toBe('NOT_FOUND');
    });

    it('has a limit for each buyer over all of their orders, and their lines count together', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 9, limit: 3 });
      const line = { ...goods, dealId, quantity: 2 };
      const twoLines = orderOf(broadcastId, [line, line]);
      await expect(orders.placeOrder(twoLines)).rejects.toMatchObject({
        code: 'LIMIT_REACHED',
        details: { dealId, limit: '3', owned: '0' },
      });
      const { userId } = twoLines;
      expect(await codeOfOrder(inDeal(dealId, 2, { userId }))).toBe('ok');
      expect(await codeOfOrder(inDeal(dealId, 2, { userId }))).toBe('LIMIT_REACHED');
      expect(await codeOfOrder(inDeal(dealId, 1, { userId }))).toBe('ok');
      expect(await codeOfOrder(inDeal(dealId, 3))).toBe('ok');
    });

    it('sells no more units than it has, though there is stock; the list price still holds', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 2 });
      expect(await codeOfOrder(inDeal(dealId, 3))).toBe('LIMIT_REACHED');
      expect(await codeOfOrder(inDeal(dealId, 2))).toBe('ok');
      await expect(orders.placeOrder(inDeal(dealId, 1))).rejects.toMatchObject({
        code: 'SOLD_OUT',
        details: { dealId, available: '0' },
      });
      expect(await codeOfOrder(buy(8))).toBe('ok');
    });

    it('sells no more than the stock, though the deal has units', async () => {
      const dealId = await market.openDeal(broadcastId, goods, { units: 20 });
      expect(await codeOfOrder(inDeal(dealId, 11))).toBe('SOLD_OUT');
      expect((await market.broadcasts.readDeal(dealId))?.remaining).toBe(20);
      expect(await codeOfOrder(inDeal(dealId, 10))).toBe('ok');
    });
  });
});
