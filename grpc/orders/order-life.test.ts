import { newId } from '../../common/ids.ts';
import { toWon } from '../../common/money.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import {
  codeOf,
  createMarket,
  type Goods,
  type Market,
  only,
  orderOf,
  person,
  tally,
  unused,
} from '../../test/kit/market.ts';
import type { Database, JobRow } from '../db/index.ts';
import type { OrderWithLines } from './store.ts';

const termMs = 600_000;

describeOnBothDatabases('the life of an order', (open) => {
  let db: Database;
  let market: Market;
  /** Another process on the same database. */
  let ahead: Market;
  let orders: Market['orders'];
  let goods: Goods;
  let broadcastId: string;
  let dealId: string;

  beforeAll(async () => {
    db = await open();
    const settings = { PAYMENT_DEADLINE_SECONDS: String(termMs / 1_000) };
    market = createMarket(db, settings);
    ahead = createMarket(db, settings);
    orders = market.orders;
  });

  beforeEach(async () => {
    goods = await market.stockGoods(10);
    broadcastId = await market.goLive([goods]);
    dealId = await market.openDeal(broadcastId, goods, { units: 8, limit: 3 });
  });

  afterEach(async () => {
    expect(await market.problems()).toEqual([]);
  });

  /** An order of 3 units in the deal, which is all that its buyer may have. */
  const place = (userId = newId('usr')) =>
    orders.placeOrder(orderOf(broadcastId, [{ ...goods, dealId, quantity: 3 }], { userId }));

  const begin = async (order: OrderWithLines, more: { userId?: string; amount?: number } = {}) => {
    const { userId = order.userId, amount = order.amount } = more;
    const outcomes = await db.transaction((tx) =>
      orders.beginPaymentIn(tx, [{ orderId: order.id, userId, amount: toWon(amount) }]),
    );
    const outcome = only(outcomes);
    return outcome.ok ? 'ok' : outcome.error.code;
  };

  const complete = ({ id }: OrderWithLines) =>
    db.transaction((tx) => orders.endPaymentsIn(tx, { paid: [id], unpaid: [] }));

  const abandon = ({ id }: OrderWithLines) =>
    db.transaction((tx) => orders.endPaymentsIn(tx, { paid: [], unpaid: [id] }));

  const completeRefund = ({ id }: OrderWithLines) =>
    db.transaction((tx) => orders.completeRefundIn(tx, [id]));

  async function paid(): Promise<OrderWithLines> {
    const order = await place();
    await begin(order);
    await complete(order);
    return order;
  }

  const buyerOf = (order: OrderWithLines) => ({ ...person('viewer'), userId: order.userId });

  const cancel = (order: OrderWithLines, by = buyerOf(order), reason?: string) =>
    orders.cancelOrder(by, { requestId: unused('cancel'), orderId: order.id, reason });

  const statusOf = async ({ id }: OrderWithLines) => (await orders.readOrder(id))?.status;

  async function expectGoods(expected: { held: number; sold: number; remaining: number }) {
    const { held, sold, remaining } = expected;
    expect(await market.stockOf(goods)).toMatchObject({ available: 10 - held - sold, held, sold });
    expect((await market.broadcasts.readDeal(dealId))?.remaining).toBe(remaining);
  }

  const untouched = { held: 0, sold: 0, remaining: 8 };
  const held = { held: 3, sold: 0, remaining: 5 };
  const sold = { held: 0, sold: 3, remaining: 5 };

  async function stepsOf(order: OrderWithLines) {
    const { history = [] } = (await orders.readOrder(order.id)) ?? {};
    return history.map(({ fromStatus, toStatus, actor }) => [fromStatus, toStatus, actor]);
  }

  const jobsOf = (order: OrderWithLines, kind: string) =>
    db.primary.rows<JobRow>(
      'SELECT * FROM jobs WHERE kind = ? AND payload LIKE ? ORDER BY availableAt',
      [kind, `%${order.id}%`],
    );

  describe('expiry', () => {
    it('gives stock, the deal’s units and the buyer’s limit back, once the deadline is past', async () => {
      const order = await place();
      market.clock.advance(termMs - 1);
      expect(await orders.expireOrders([order.id])).toEqual([]);
      await expectGoods(held);
      expect(await codeOf(place(order.userId))).toBe('LIMIT_REACHED');

      market.clock.advance(1);
      expect(await orders.expireOrders([order.id])).toEqual([order.id]);
      expect(await statusOf(order)).toBe('expired');
      await expectGoods(untouched);
      expect((await orders.readOrder(order.id))?.history).toMatchObject([
        { version: 1, toStatus: 'awaiting_payment' },
        {
          version: 2,
          fromStatus: 'awaiting_payment',
          toStatus: 'expired',
          actor: 'system',
          reason: '결제 기한 만료',
          at: market.clock.now(),
        },
      ]);
      expect(await codeOf(place(order.userId))).toBe('ok');
    });

    it('happens once, however often it is asked for, also at the same time', async () => {
      const placed = [await place(), await place()];
      const ids = placed.map((order) => order.id);
      market.clock.advance(termMs);
      const expired = await Promise.all(
        [ids, ids.toReversed(), ids, [ids[0] ?? '']].map((list) => orders.expireOrders(list)),
      );
      expect(expired.flat().toSorted()).toEqual(ids.toSorted());
      expect(await orders.expireOrders([...ids, newId('ord')])).toEqual([]);
      await expectGoods(untouched);
    });

    it('passes over orders that are paid, under payment or cancelled', async () => {
      const done = await paid();
      const paying = await place();
      await begin(paying);
      const given = await orders.placeOrder(orderOf(broadcastId, [goods]));
      await cancel(given);
      market.clock.advance(termMs);
      expect(await orders.expireOrders([done, paying, given].map((order) => order.id))).toEqual([]);
      expect(await Promise.all([done, paying, given].map(statusOf))).toEqual([
        'paid',
        'payment_processing',
        'cancelled',
      ]);
    });

    it('asked for too early, is left to be asked for again', async () => {
      const order = await place();
      await orders.expireOrders([order.id]);
      const looks = await jobsOf(order, 'orders.expire');
      expect(looks.map((job) => job.availableAt)).toEqual(
        new Array(2).fill(order.paymentDeadline + 1_000),
      );
    });
  });

  describe('cancelling', () => {
    it('an unpaid order gives everything back at once', async () => {
      const order = await place();
      await cancel(order, buyerOf(order), '마음이 바뀌었어요');
      expect(await statusOf(order)).toBe('cancelled');
      await expectGoods(untouched);
      expect((await orders.readOrder(order.id))?.history.at(-1)).toMatchObject({
        toStatus: 'cancelled',
        actor: order.userId,
        reason: '마음이 바뀌었어요',
      });
      expect(await codeOf(cancel(order))).toBe('INVALID_STATE');
    });

    it('may be repeated under its request id', async () => {
      const order = await place();
      const request = { requestId: unused('cancel'), orderId: order.id, reason: undefined };
      const cancels = Array.from({ length: 5 }, () => orders.cancelOrder(buyerOf(order), request));
      await Promise.all(cancels);
      expect(await stepsOf(order)).toHaveLength(2);
      const other = orders.cancelOrder(buyerOf(order), { ...request, reason: '다른 이유' });
      expect(await codeOf(other)).toBe('REQUEST_ID_REUSED');
    });

    it('refused, stays refused under its request id, though the order is paid by then', async () => {
      const order = await place();
      await begin(order);
      const request = { requestId: unused('cancel'), orderId: order.id, reason: undefined };
      const ask = (more = {}) =>
        codeOf(orders.cancelOrder(buyerOf(order), { ...request, ...more }));
      expect(await ask()).toBe('INVALID_STATE');
      await complete(order);
      // The first copy of the request, which was held up on its way.
      expect(await ask()).toBe('INVALID_STATE');
      expect(await statusOf(order)).toBe('paid');
      expect(await ask({ reason: '다른 이유' })).toBe('REQUEST_ID_REUSED');
      expect(await ask({ requestId: unused('cancel') })).toBe('ok');
      expect(await statusOf(order)).toBe('refunding');
    });

    it('refused, tells again why, word for word', async () => {
      const order = await place();
      await begin(order);
      const request = { requestId: unused('cancel'), orderId: order.id, reason: undefined };
      const ask = () =>
        orders.cancelOrder(buyerOf(order), request).catch((error: unknown) => error);
      const [first, second] = [await ask(), await ask()];
      expect(first).toMatchObject({ code: 'INVALID_STATE', details: { what: 'order' } });
      expect(second).toEqual(first);
    });

    it('is for the buyer and admins; others do not learn that the order exists', async () => {
      const order = await place();
      expect(await codeOf(cancel(order, person('viewer')))).toBe('NOT_FOUND');
      expect(await codeOf(cancel(order, market.seller))).toBe('NOT_FOUND');
      const admin = person('admin');
      await cancel(order, admin);
      expect((await stepsOf(order)).at(-1)).toEqual([
        'awaiting_payment',
        'cancelled',
        admin.userId,
      ]);
      const unknown = { ...order, id: newId('ord') };
      expect(await codeOf(cancel(unknown))).toBe('NOT_FOUND');
    });

    it('is refused while money may be moving', async () => {
      const order = await place();
      await begin(order);
      expect(await codeOf(cancel(order))).toBe('INVALID_STATE');
      expect(await codeOf(cancel(order, person('admin')))).toBe('INVALID_STATE');
      await expectGoods(held);
    });

    it('a paid order waits for its money, and only then gives the goods back', async () => {
      const order = await paid();
      await cancel(order);
      expect(await statusOf(order)).toBe('refunding');
      await expectGoods(sold);
      expect(only(await jobsOf(order, 'payments.refund'))).toMatchObject({
        availableAt: market.clock.now(),
      });
      expect(await codeOf(cancel(order))).toBe('INVALID_STATE');

      await completeRefund(order);
      expect(await statusOf(order)).toBe('refunded');
      await expectGoods(untouched);
      expect(await stepsOf(order)).toEqual([
        [null, 'awaiting_payment', order.userId],
        ['awaiting_payment', 'payment_processing', 'system'],
        ['payment_processing', 'paid', 'system'],
        ['paid', 'refunding', order.userId],
        ['refunding', 'refunded', 'system'],
      ]);
      expect(await codeOf(place(order.userId))).toBe('ok');
    });
  });

  describe('beginning a payment', () => {
    it('puts the order under payment and leaves the goods held', async () => {
      const order = await place();
      expect(await begin(order)).toBe('ok');
      expect(await statusOf(order)).toBe('payment_processing');
      await expectGoods(held);
      expect(await begin(order)).toBe('INVALID_STATE');
    });

    it('refuses what is wrong with it, one start by itself', async () => {
      const order = await place();
      const other = await place();
      const starts = [
        { orderId: newId('ord'), userId: order.userId, amount: toWon(2_100) },
        { orderId: order.id, userId: newId('usr'), amount: toWon(2_100) },
        { orderId: order.id, userId: order.userId, amount: toWon(2_099) },
        { orderId: order.id, userId: order.userId, amount: toWon(2_100) },
        { orderId: order.id, userId: order.userId, amount: toWon(2_100) },
        { orderId: other.id, userId: other.userId, amount: toWon(2_100) },
      ];
      const outcomes = await db.transaction((tx) => orders.beginPaymentIn(tx, starts));
      expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))).toEqual([
        'NOT_FOUND',
        'NOT_FOUND',
        'AMOUNT_MISMATCH',
        'ok',
        'INVALID_STATE',
        'ok',
      ]);
    });

    it('is possible until the last millisecond before the deadline', async () => {
      const [late, last] = [await place(), await place()];
      market.clock.advance(termMs - 1);
      expect(await begin(last)).toBe('ok');
      market.clock.advance(1);
      expect(await begin(late)).toBe('PAYMENT_DEADLINE_PASSED');
      expect(await statusOf(late)).toBe('awaiting_payment');
    });
  });

  describe('ending a payment', () => {
    it('sells the goods, and leaves word for the room', async () => {
      const order = await place();
      await begin(order);
      market.clock.advance(5_000);
      await complete(order);
      const now = market.clock.now();
      expect(await orders.readOrder(order.id)).toMatchObject({ status: 'paid', paidAt: now });
      await expectGoods(sold);
      const [job] = await jobsOf(order, 'chat.purchases');
      expect(JSON.parse(job?.payload ?? '')).toEqual({
        orderId: order.id,
        broadcastId,
        userId: order.userId,
        summary: '감귤 5kg',
        quantity: 3,
      });
      await cancel(order);
      await completeRefund(order);
      expect((await orders.readOrder(order.id))?.paidAt).toBe(now);
    });

    it('names the first of several products in the word for the room', async () => {
      const apple = await market.stockGoods(5, { name: '사과' });
      const live = await market.goLive([goods, apple]);
      const order = await orders.placeOrder(orderOf(live, [{ ...apple, quantity: 2 }, goods]));
      await begin(order);
      await complete(order);
      const [job] = await jobsOf(order, 'chat.purchases');
      expect(JSON.parse(job?.payload ?? '')).toMatchObject({ summary: '사과 외 1건', quantity: 3 });
    });

    it('completes nothing of several when one of them can’t be', async () => {
      const [paying, waiting] = [await place(), await place()];
      await begin(paying);
      const completeAll = (paid: readonly string[]) =>
        codeOf(db.transaction((tx) => orders.endPaymentsIn(tx, { paid, unpaid: [] })));
      expect(await completeAll([paying.id, waiting.id])).toBe('INVALID_STATE');
      expect(await statusOf(paying)).toBe('payment_processing');
      expect(await completeAll([paying.id, paying.id])).toBe('ok');
      expect(await codeOf(complete(paying))).toBe('INVALID_STATE');
      await expect(completeAll([newId('ord')])).rejects.toThrow('vanished');
    });

    it('gives the buyer another try when it fails in time, and a look at the deadline', async () => {
      const order = await place();
      await begin(order);
      await orders.expireOrders([order.id]);
      const looks = (await jobsOf(order, 'orders.expire')).length;
      await abandon(order);
      expect(await statusOf(order)).toBe('awaiting_payment');
      expect(await jobsOf(order, 'orders.expire')).toHaveLength(looks + 1);
      await expectGoods(held);
      expect(await begin(order)).toBe('ok');
      await complete(order);
      await expectGoods(sold);
    });

    it('expires the order when it fails at the deadline or later', async () => {
      const [early, late] = [await place(), await place()];
      await begin(late);
      market.clock.advance(termMs - 1);
      await begin(early);
      await abandon(early);
      expect(await statusOf(early)).toBe('awaiting_payment');
      market.clock.advance(1);
      await abandon(late);
      expect(await statusOf(late)).toBe('expired');
      await expectGoods(held);
      expect(await stepsOf(late)).toEqual([
        [null, 'awaiting_payment', late.userId],
        ['awaiting_payment', 'payment_processing', 'system'],
        ['payment_processing', 'expired', 'system'],
      ]);
    });

    it('ends many of them together, each by its own deadline', async () => {
      const placed: OrderWithLines[] = [];
      for (let i = 0; i < 2; i += 1) {
        placed.push(await place());
        market.clock.advance(1_000);
      }
      for (const order of placed) await begin(order);
      market.clock.advance(termMs - 2_000);
      const unpaid = placed.map((order) => order.id);
      await db.transaction((tx) => orders.endPaymentsIn(tx, { paid: [], unpaid }));
      expect(await Promise.all(placed.map(statusOf))).toEqual(['expired', 'awaiting_payment']);
    });
  });

  it('a payment and the expiry by a process whose clock is ahead: exactly one of them wins', async () => {
    const other = await market.stockGoods(20);
    const live = await market.goLive([other]);
    const placed = await Promise.all(
      Array.from({ length: 20 }, () => orders.placeOrder(orderOf(live, [other]))),
    );
    market.clock.advance(termMs - 1);
    ahead.clock.advance(market.clock.now() + 1 - ahead.clock.now());
    const races = await Promise.all(
      placed.map(async (order) => {
        const [begun, expired] = await Promise.all([
          begin(order),
          ahead.orders.expireOrders([order.id]),
        ]);
        return `${begun}, ${expired.length} expired, ${await statusOf(order)}`;
      }),
    );
    const ends = tally(races);
    const paying = ends['ok, 0 expired, payment_processing'] ?? 0;
    const expired = ends['INVALID_STATE, 1 expired, expired'] ?? 0;
    expect(paying + expired).toBe(20);
    expect(await market.stockOf(other)).toMatchObject({ held: paying, available: expired });
  });

  it('cancel, payment and expiry of the same orders at once: each order ends one way', async () => {
    const other = await market.stockGoods(30);
    const live = await market.goLive([other]);
    const placed = await Promise.all(
      Array.from({ length: 20 }, () => orders.placeOrder(orderOf(live, [other]))),
    );
    market.clock.advance(termMs - 1);
    const starts = placed.map((order) => {
      return { orderId: order.id, userId: order.userId, amount: toWon(order.amount) };
    });
    const begun = db.transaction((tx) => orders.beginPaymentIn(tx, starts));
    const cancelled = Promise.all(placed.map((order) => codeOf(cancel(order))));
    market.clock.advance(1);
    const expired = orders.expireOrders(placed.map((order) => order.id).toReversed());
    const began = (await begun).filter((outcome) => outcome.ok).length;
    const given = tally(await cancelled).ok ?? 0;
    expect(began + given + (await expired).length).toBe(20);
    expect(await market.stockOf(other)).toMatchObject({ held: began, available: 30 - began });
  });
});
