import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { until } from '../../test/kit/until.ts';
import { beginPaymentsIn } from './begin-payments.ts';
import type { PaymentRow } from './entities.ts';
import type { PayOrderInput } from './pay-request.ts';
import { openShop, type PlacedOrder, type Shop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';
import { type PaymentNews, recordOutcomesIn } from './record-outcomes.ts';

describeOnBothDatabases('a payment whose outcome is not known', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let toss: TossFixture;
  let shop: Shop;
  beforeAll(async () => {
    toss = await startToss();
    shop = await openShop(await open(), toss);
  });
  afterEach(async () => {
    expect(await shop.verify()).toEqual([]);
  });
  afterAll(() => toss.stop());

  const cardFor = (order: PlacedOrder, more: object = {}) =>
    toss.card({ orderId: order.id, amount: order.amount, ...more });

  /** What a process does before it dies: the payment is begun, and nothing else. */
  async function begin(request: PayOrderInput): Promise<PaymentRow> {
    const { deps } = shop;
    const [begun] = await deps.db.transaction((tx) => beginPaymentsIn(deps, tx, [request]));
    if (!begun?.ok) throw begun?.error ?? new Error('nothing was decided');
    expect(begun.value).toMatchObject({ isNew: true, payment: { status: 'confirming' } });
    return begun.value.payment;
  }

  const record = (...news: PaymentNews[]) =>
    shop.deps.db.transaction((tx) => recordOutcomesIn(shop.deps, tx, news));

  /** Settles as workers of several processes would, all at once. */
  async function settleEverywhere(paymentId: string): Promise<void> {
    const { payments, otherPayments } = shop;
    const workers = [payments, otherPayments, payments, otherPayments];
    await Promise.all(workers.map((worker) => worker.settlePayments([paymentId])));
  }

  const settled = (paymentId: string, payments = shop.payments) =>
    until('it is settled', async () => (await payments.settlePayments([paymentId])).length === 0);

  it('taken without an answer: unknown, the order waits, and settling finds the money', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'timeout' });
    const payment = await shop.hastyPayments.payOrder(shop.request(order, { paymentKey }));
    expect(payment.status).toBe('unknown');
    expect(await shop.standing(order.id)).toMatchObject({ order: 'payment_processing' });
    const cancel = { requestId: 'c', orderId: order.id, reason: undefined };
    const refused = { code: 'INVALID_STATE' };
    await expect(shop.orders.cancelOrder(order.buyer, cancel)).rejects.toMatchObject(refused);
    await settled(payment.id);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    expect(await shop.lifeOf(payment)).toEqual(['confirming', 'unknown', 'captured']);
  });

  it('lost for good: stays unknown until Toss lets it lapse, then another card may pay', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'lost', validMs: 4_000 });
    const payment = await shop.hastyPayments.payOrder(shop.request(order, { paymentKey }));
    expect(payment.status).toBe('unknown');
    await settled(payment.id, shop.hastyPayments);
    expect((await toss.look(paymentKey)).payment.status).toBe('EXPIRED');
    const waiting = { order: 'awaiting_payment', payments: ['failed'] };
    expect(await shop.standing(order.id)).toEqual(waiting);
    const next = shop.request(order, { paymentKey: await cardFor(order) });
    expect((await shop.payments.payOrder(next)).status).toBe('captured');
  });

  it('lost once: settling asks again by the same key, and the buyer has paid', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'lost' });
    const payment = await shop.hastyPayments.payOrder(shop.request(order, { paymentKey }));
    await toss.change(paymentKey, { outcome: 'approve' });
    await settled(payment.id);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
  });

  it('slower than we wait: settling agrees with whatever Toss does in the end', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'slow:1500' });
    const payment = await shop.hastyPayments.payOrder(shop.request(order, { paymentKey }));
    expect(payment.status).toBe('unknown');
    await settled(payment.id, shop.hastyPayments);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
  });

  it.each(['points', 'card'] as const)(
    'the process dies before it asks (%s): settling everywhere at once captures once',
    async (method) => {
      const order = await shop.order({ points: 10_000 });
      const paymentKey = method === 'card' ? await cardFor(order) : undefined;
      const request = shop.request(order, { paymentKey });
      const payment = await begin(request);
      expect(await shop.payments.payOrder(request)).toEqual(payment);
      await settleEverywhere(payment.id);
      await settled(payment.id);
      expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
      expect((await shop.lifeOf(payment)).filter((state) => state === 'captured')).toHaveLength(1);
      const { available } = await shop.points.balanceOf(order.buyer.userId);
      expect(available).toBe(method === 'points' ? 0 : 10_000);
    },
  );

  it('the process dies with the money taken: settling finds it', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order);
    const payment = await begin(shop.request(order, { paymentKey }));
    expect(await shop.deps.providers.card.confirm(payment)).toMatchObject({ kind: 'approved' });
    await settleEverywhere(payment.id);
    await settled(payment.id);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    expect((await toss.look(paymentKey)).payment.status).toBe('DONE');
  });

  it('the process dies with the card refused, past the deadline: the order expires', async () => {
    const before = await shop.stockOf();
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'decline:REJECT_CARD_COMPANY' });
    const payment = await begin(shop.request(order, { paymentKey }));
    shop.clock.advance(600_001);
    expect(await shop.orders.expireOrders([order.id])).toEqual([]);
    await settled(payment.id);
    expect(await shop.standing(order.id)).toEqual({ order: 'expired', payments: ['failed'] });
    expect(await shop.stockOf()).toEqual(before);
  });

  it('settling beside the call that pays: both answer the same payment', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order, { outcome: 'slow:200' });
    const paying = shop.payments.payOrder(shop.request(order, { paymentKey }));
    const [begun] = await until('it is begun', async () => {
      const found = await shop.payments.listPayments(order.id);
      return found.length > 0 && found;
    });
    if (begun === undefined) throw new Error('not begun');
    await settleEverywhere(begun.id);
    expect((await paying).status).toMatch(/captured|unknown/);
    await settled(begun.id);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    expect((await shop.lifeOf(begun)).filter((state) => state === 'captured')).toHaveLength(1);
  });

  it('news that comes late or twice changes nothing', async () => {
    const order = await shop.order();
    const paymentKey = await cardFor(order);
    const payment = await shop.payments.payOrder(shop.request(order, { paymentKey }));
    const paymentId = payment.id;
    const refused = { kind: 'declined', code: 'X', message: '' } as const;
    const [first, second] = await record(
      { paymentId, outcome: { kind: 'unknown', reason: 'late' } },
      { paymentId, outcome: refused },
    );
    expect(first).toEqual({ ok: true, value: payment });
    expect(second).toEqual({ ok: true, value: payment });
    expect(await shop.lifeOf(payment)).toEqual(['confirming', 'captured']);
  });

  describe('money that can’t pay its order goes back', () => {
    const back = async (paymentKey: string) => (await toss.look(paymentKey)).payment.status;

    it('when the order is not under payment any more', async () => {
      const order = await shop.order();
      const paymentKey = await cardFor(order);
      const payment = await begin(shop.request(order, { paymentKey }));
      await breakOrder(order.id, 'cancelled');
      await settled(payment.id);
      expect(await back(paymentKey)).toBe('CANCELED');
      expect(await shop.standing(order.id)).toEqual({ order: 'cancelled', payments: ['refunded'] });
      expect(await shop.lifeOf(payment)).toEqual(['confirming', 'refunding', 'refunded']);
      await breakOrder(order.id, 'payment_processing');
    });

    it('points too, which were only set aside', async () => {
      const order = await shop.order({ points: 10_000 });
      const payment = await begin(shop.request(order));
      await breakOrder(order.id, 'cancelled');
      await settleEverywhere(payment.id);
      await settled(payment.id);
      expect(await shop.standing(order.id)).toEqual({ order: 'cancelled', payments: ['failed'] });
      const balance = await shop.points.balanceOf(order.buyer.userId);
      expect(balance).toEqual({ available: 10_000, held: 0 });
      await breakOrder(order.id, 'payment_processing');
    });

    it('when it is another amount than was asked for', async () => {
      const order = await shop.order();
      const paymentKey = await cardFor(order);
      const payment = await begin(shop.request(order, { paymentKey }));
      await shop.deps.providers.card.confirm(payment);
      const outcome = { kind: 'approved', amount: 1, reference: 'odd' } as const;
      await record({ paymentId: payment.id, outcome });
      const waiting = { order: 'awaiting_payment', payments: ['refunding'] };
      expect(await shop.standing(order.id)).toEqual(waiting);
      await settled(payment.id);
      expect(await back(paymentKey)).toBe('CANCELED');
      expect(await shop.standing(order.id)).toMatchObject({ payments: ['refunded'] });
    });

    it('when it was taken after all, and a job sees to it', async () => {
      const order = await shop.order();
      const paymentKey = await cardFor(order);
      const payment = await begin(shop.request(order, { paymentKey }));
      const paymentId = payment.id;
      await record({ paymentId, outcome: { kind: 'declined', code: 'X', message: '' } });
      await shop.deps.providers.card.confirm(payment);
      await record({ paymentId, outcome: { kind: 'approved', amount: 10_000, reference: 'r' } });
      const jobs = await shop.deps.db.primary.rows<{ payload: string }>(
        `SELECT payload FROM jobs WHERE kind = 'payments.settle'`,
      );
      expect(jobs.filter(({ payload }) => payload.includes(paymentId))).toHaveLength(2);
      await settled(paymentId);
      expect(await back(paymentKey)).toBe('CANCELED');
      expect(await shop.lifeOf(payment)).toEqual(['confirming', 'failed', 'refunding', 'refunded']);
    });

    /** What no use case can do to an order under payment. */
    async function breakOrder(orderId: string, status: string): Promise<void> {
      await shop.deps.db.transaction((tx) =>
        tx.execute('UPDATE orders SET status = ? WHERE id = ?', [status, orderId]),
      );
    }
  });
}
