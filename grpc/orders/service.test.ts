import type { Actor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { toWon } from '../../common/money.ts';
import { createCallsInTurn } from '../../common/rpc/calls-in-turn.ts';
import {
  OrderStatus,
  OrdersServiceDefinition,
  type PlaceOrderOutcome,
  type PlaceOrderRequest,
} from '../../proto/gen/onair/orders/v1/orders.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
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
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { createOrdersService } from './index.ts';

const room: Actor = { kind: 'service', name: 'realtime' };

describeOnSqlite('OrdersService', (open) => {
  let market: Market;
  let served: ServedRpc;
  let goods: Goods;
  let broadcastId: string;

  beforeAll(async () => {
    market = createMarket(await open());
    const service = createOrdersService(market.orders);
    served = await serveRpc((server) => server.add(OrdersServiceDefinition, service));
    goods = await market.stockGoods(1_000);
    broadcastId = await market.goLive([goods]);
  });

  afterAll(async () => {
    await served.stop();
  });

  const request = (more: Partial<PlaceOrderRequest> = {}): PlaceOrderRequest => ({
    ...orderOf(broadcastId, [goods]),
    ...more,
  });

  async function place(actor: Actor, ...orders: PlaceOrderRequest[]) {
    return (await served.as(actor).orders.placeOrders({ orders })).outcomes;
  }

  const resultOf = ({ result }: PlaceOrderOutcome) =>
    result?.$case === 'refusal' ? result.value.code : result?.$case;

  /** An order of a new buyer's. */
  async function placed() {
    const buyer = person('viewer');
    const outcome = only(await place(buyer, request({ userId: buyer.userId })));
    if (outcome.result?.$case !== 'order') throw new Error('the order was refused');
    return { buyer, order: outcome.result.value };
  }

  describe('PlaceOrders', () => {
    it('answers an order whole', async () => {
      const buyer = person('viewer');
      const [outcome] = await place(buyer, request({ userId: buyer.userId }));
      const now = market.clock.now();
      expect(outcome?.result).toEqual({
        $case: 'order',
        value: {
          id: expect.stringMatching(/^ord_/),
          number: expect.stringMatching(/^ORDER-/),
          userId: buyer.userId,
          sellerId: market.seller.userId,
          broadcastId,
          status: OrderStatus.AWAITING_PAYMENT,
          amount: 1_000,
          lines: [{ ...goods, dealId: '', name: '감귤 5kg', unitPrice: 1_000, quantity: 1 }],
          paymentDeadline: new Date(now + 600_000),
          createdAt: new Date(now),
          paidAt: undefined,
          history: [],
        },
      });
    });

    it('answers each order by itself and in order, also those that are malformed', async () => {
      const outcomes = await place(
        room,
        request(),
        request({ lines: [] }),
        request({ requestId: 'not visible' }),
        request({ broadcastId: newId('brc') }),
        request({ userId: 'usr_1' }),
        request(),
      );
      expect(outcomes.map(resultOf)).toEqual([
        'order',
        'INVALID_ARGUMENT',
        'INVALID_ARGUMENT',
        'NOT_FOUND',
        'INVALID_ARGUMENT',
        'order',
      ]);
      const refusal = outcomes[1]?.result;
      expect(refusal?.value).toMatchObject({ details: { lines: expect.any(String) } });
    });

    it.each<[string, Partial<PlaceOrderRequest['lines'][number]>, string]>([
      ['no units', { quantity: 0 }, 'lines.0.quantity'],
      ['too many units', { quantity: 1_000 }, 'lines.0.quantity'],
      ['a negative price', { expectedUnitPrice: -1 }, 'lines.0.expectedUnitPrice'],
      ['a SKU that is no id', { skuId: 'sku_1' }, 'lines.0.skuId'],
      ['a deal that is no id', { dealId: 'x' }, 'lines.0.dealId'],
    ])('refuses %s and names the field', async (_what, change, field) => {
      const line = { skuId: goods.skuId, dealId: '', quantity: 1, expectedUnitPrice: 0 };
      const outcome = only(await place(room, request({ lines: [{ ...line, ...change }] })));
      expect(resultOf(outcome)).toBe('INVALID_ARGUMENT');
      expect(outcome.result?.value).toMatchObject({ details: { [field]: expect.any(String) } });
    });

    it('of one whose stock does not balance: it alone hears INTERNAL, others are placed', async () => {
      const broken = await market.stockGoods(10);
      const live = await market.goLive([goods, broken]);
      await market.db.transaction((tx) =>
        tx.execute('UPDATE stock SET held = 5 WHERE skuId = ?', [broken.skuId]),
      );
      const orders = [goods, broken, goods].map((one) => orderOf(live, [one]));
      const expected = ['order', 'INTERNAL', 'order'];
      const before = await market.stockOf(goods);
      expect((await place(room, ...orders)).map(resultOf)).toEqual(expected);
      const { orders: client } = served.as(room);
      const calls = createCallsInTurn({ open: client.placeOrdersInTurn });
      // The stream goes on, and an order that was placed is the same again.
      for (const traceId of ['req_1', 'req_2']) {
        const { outcomes } = await calls.call({ orders, traceId });
        expect(outcomes.map(resultOf)).toEqual(expected);
      }
      calls.close();
      expect((await market.stockOf(goods)).version).toBe(before.version + 2);
    });

    it('takes 20 lines and no more', async () => {
      const line = { skuId: goods.skuId, dealId: '', quantity: 1, expectedUnitPrice: 0 };
      const lines = new Array(21).fill(line);
      const outcomes = await place(room, request({ lines }), request({ lines: lines.slice(1) }));
      expect(outcomes.map(resultOf)).toEqual(['INVALID_ARGUMENT', 'order']);
    });

    it('places for oneself only, but for admins and our own processes', async () => {
      const buyer = person('viewer');
      const own = request({ userId: buyer.userId });
      expect((await place(buyer, request(), own)).map(resultOf)).toEqual([
        'PERMISSION_DENIED',
        'order',
      ]);
      expect((await place(person('admin'), request())).map(resultOf)).toEqual(['order']);
      expect((await place(room, request())).map(resultOf)).toEqual(['order']);
    });

    it('takes at most 500 orders in one call', async () => {
      const calls = (count: number) =>
        place(room, ...new Array(count).fill(request({ lines: [] })));
      expect(await codeOf(calls(501))).toBe('INVALID_ARGUMENT');
      expect(await calls(500)).toHaveLength(500);
      expect(await calls(0)).toEqual([]);
    });
  });

  describe('GetOrder', () => {
    it('answers buyer, seller, admins and our own processes, with the history', async () => {
      const { buyer, order } = await placed();
      for (const actor of [buyer, market.seller, person('admin'), room]) {
        expect(await served.as(actor).orders.getOrder({ orderId: order.id })).toEqual({
          ...order,
          history: [
            {
              from: OrderStatus.UNSPECIFIED,
              to: OrderStatus.AWAITING_PAYMENT,
              actor: buyer.userId,
              reason: '',
              at: order.createdAt,
            },
          ],
        });
      }
    });

    it('tells nobody else that there is such an order', async () => {
      const { order } = await placed();
      const get = (actor: Actor, orderId: string) =>
        codeOf(served.as(actor).orders.getOrder({ orderId }));
      expect(await get(person('viewer'), order.id)).toBe('NOT_FOUND');
      expect(await get(person('seller'), order.id)).toBe('NOT_FOUND');
      expect(await get(room, newId('ord'))).toBe('NOT_FOUND');
      expect(await get(room, 'ord_1')).toBe('INVALID_ARGUMENT');
    });
  });

  describe('ListOrders', () => {
    it('pages one’s own orders newest first, whole or of one state', async () => {
      const buyer = person('viewer');
      const mine = served.as(buyer).orders;
      const outcomes = await place(
        room,
        ...Array.from({ length: 5 }, () => request({ userId: buyer.userId })),
      );
      const ids = outcomes.flatMap(({ result }) =>
        result?.$case === 'order' ? [result.value.id] : [],
      );
      const newest = ids.toSorted().toReversed();
      const cancelled = newest[2] ?? '';
      await mine.cancelOrder({ requestId: unused('cancel'), orderId: cancelled, reason: '' });

      const seen: string[][] = [];
      for (let pageToken = ''; seen.length < 9; ) {
        const page = await mine.listOrders({ pageSize: 2, pageToken });
        seen.push(page.orders.map((order) => order.id));
        pageToken = page.nextPageToken;
        if (pageToken === '') break;
      }
      expect(seen).toEqual([newest.slice(0, 2), newest.slice(2, 4), newest.slice(4)]);

      const given = await mine.listOrders({ status: OrderStatus.CANCELLED });
      expect(given.orders.map((order) => order.id)).toEqual([cancelled]);
      const waiting = await mine.listOrders({ status: OrderStatus.AWAITING_PAYMENT });
      expect(waiting.orders.map((order) => order.id)).toEqual(
        newest.filter((id) => id !== cancelled),
      );
    });

    it('answers each their own page when many ask at once', async () => {
      const people = await Promise.all([placed(), placed(), placed()]);
      const asked = Array.from({ length: 80 }, (_, i) => {
        const { buyer, order } = people[i % 3] ?? people[0];
        const status = i % 2 === 0 ? OrderStatus.AWAITING_PAYMENT : OrderStatus.CANCELLED;
        return { buyer, status, ids: i % 2 === 0 ? [order.id] : [] };
      });
      const pages = await Promise.all(
        asked.map(({ buyer, status }) => served.as(buyer).orders.listOrders({ status })),
      );
      expect(pages.map(({ orders }) => orders.map(({ id }) => id))).toEqual(
        asked.map(({ ids }) => ids),
      );
      expect(pages.every(({ orders }) => orders.every(({ lines }) => lines.length > 0))).toBe(true);
    });

    it('answers another’s only to admins and our own processes', async () => {
      const { buyer, order } = await placed();
      const list = (actor: Actor) => served.as(actor).orders.listOrders({ userId: buyer.userId });
      expect(await codeOf(list(person('viewer')))).toBe('PERMISSION_DENIED');
      expect(await codeOf(list(market.seller))).toBe('PERMISSION_DENIED');
      for (const actor of [buyer, person('admin'), room]) {
        expect((await list(actor)).orders.map(({ id }) => id)).toEqual([order.id]);
      }
      expect(await codeOf(served.as(room).orders.listOrders({}))).toBe('PERMISSION_DENIED');
    });

    it.each([
      ['a page size over 100', { pageSize: 101 }],
      ['a page size below 0', { pageSize: -1 }],
      ['a page token that is not ours', { pageToken: '!!' }],
      ['a state that it does not know', { status: OrderStatus.UNRECOGNIZED }],
    ])('refuses %s', async (_what, change) => {
      const list = served.as(person('viewer')).orders.listOrders(change);
      expect(await codeOf(list)).toBe('INVALID_ARGUMENT');
    });
  });

  it('CancelOrder answers the order as it is then, with the reason in its history', async () => {
    const { buyer, order } = await placed();
    const cancel = { requestId: unused('cancel'), orderId: order.id, reason: '  그냥  ' };
    const cancelled = await served.as(buyer).orders.cancelOrder(cancel);
    expect(cancelled.status).toBe(OrderStatus.CANCELLED);
    expect(cancelled.history.at(-1)).toMatchObject({ actor: buyer.userId, reason: '그냥' });
    const stranger = served.as(person('viewer')).orders.cancelOrder(cancel);
    expect(await codeOf(stranger)).toBe('NOT_FOUND');
  });

  it('a paid order says when it was paid', async () => {
    const { buyer, order } = await placed();
    await market.db.transaction(async (tx) => {
      const { id: orderId, userId } = order;
      await market.orders.beginPaymentIn(tx, [{ orderId, userId, amount: toWon(order.amount) }]);
    });
    await market.db.transaction((tx) =>
      market.orders.endPaymentsIn(tx, { paid: [order.id], unpaid: [] }),
    );
    const paid = await served.as(buyer).orders.getOrder({ orderId: order.id });
    expect(paid).toMatchObject({
      status: OrderStatus.PAID,
      paidAt: new Date(market.clock.now()),
    });
    expect(paid.history).toHaveLength(3);
  });

  it('ExpireOrders is for our own processes, and answers those that it expired', async () => {
    const { buyer, order } = await placed();
    const expire = (actor: Actor) =>
      served.as(actor).orders.expireOrders({ orderIds: [order.id, newId('ord')] });
    expect(await codeOf(expire(buyer))).toBe('PERMISSION_DENIED');
    expect(await codeOf(expire(person('admin')))).toBe('PERMISSION_DENIED');
    expect((await expire(room)).expiredOrderIds).toEqual([]);
    market.clock.advance(600_000);
    expect((await expire(room)).expiredOrderIds).toEqual([order.id]);
  });
});
