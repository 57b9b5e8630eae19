import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { openShop, type Shop, unitPrice } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';

describeOnBothDatabases('paying an order', defineSuite);

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

  const refusal = (code: string) => expect.objectContaining({ code });

  it('takes points, and sells the stock', async () => {
    const before = await shop.stockOf();
    const order = await shop.order({ points: 25_000, quantity: 2 });
    const payment = await shop.payments.payOrder(shop.request(order));
    expect(payment).toMatchObject({ status: 'captured', amount: 20_000, method: 'points' });
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    expect(await shop.lifeOf(payment)).toEqual(['confirming', 'captured']);
    const balance = await shop.points.balanceOf(order.buyer.userId);
    expect(balance).toEqual({ available: 5_000, held: 0 });
    const after = await shop.stockOf();
    expect([after.held, after.sold]).toEqual([before.held, before.sold + 2]);
  });

  it('takes a card, and keeps what Toss knows it by', async () => {
    const order = await shop.order();
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount });
    const payment = await shop.payments.payOrder(shop.request(order, { paymentKey }));
    const { lastTransactionKey } = (await toss.look(paymentKey)).payment;
    expect(payment).toMatchObject({ status: 'captured', reference: lastTransactionKey });
    expect(payment.capturedAt).toBeGreaterThanOrEqual(payment.createdAt);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
  });

  it('goes back to waiting when the card is refused, and another card may pay', async () => {
    const order = await shop.order();
    const cardOf = (outcome: string) =>
      toss.card({ orderId: order.id, amount: order.amount, outcome });
    const refused = await cardOf('decline:REJECT_CARD_PAYMENT');
    const payment = await shop.payments.payOrder(shop.request(order, { paymentKey: refused }));
    expect(payment).toMatchObject({
      status: 'failed',
      failureCode: 'REJECT_CARD_PAYMENT',
      failureMessage: '한도초과 혹은 잔액부족으로 결제에 실패했습니다.',
    });
    expect(await shop.standing(order.id)).toMatchObject({ order: 'awaiting_payment' });
    await shop.payments.payOrder(shop.request(order, { paymentKey: await cardOf('approve') }));
    const expected = { order: 'paid', payments: ['failed', 'captured'] };
    expect(await shop.standing(order.id)).toEqual(expected);
  });

  it('refuses without points, and leaves the order and the points alone', async () => {
    const order = await shop.order({ points: 9_999 });
    const request = shop.request(order);
    const refused = refusal('INSUFFICIENT_POINTS');
    await expect(shop.payments.payOrder(request)).rejects.toEqual(refused);
    expect(await shop.standing(order.id)).toEqual({ order: 'awaiting_payment', payments: [] });
    const balance = await shop.points.balanceOf(order.buyer.userId);
    expect(balance).toEqual({ available: 9_999, held: 0 });
    await expect(shop.payments.payOrder(request)).rejects.toEqual(refused);
  });

  it('refuses another amount, another buyer, and an order that is not there', async () => {
    const order = await shop.order({ points: 50_000 });
    const pay = (more: object) => shop.payments.payOrder({ ...shop.request(order), ...more });
    await expect(pay({ amount: unitPrice - 1 })).rejects.toEqual(refusal('AMOUNT_MISMATCH'));
    const stranger = await shop.newBuyer(50_000);
    await expect(pay({ userId: stranger.userId })).rejects.toEqual(refusal('NOT_FOUND'));
    await expect(pay({ orderId: newId('ord') })).rejects.toEqual(refusal('NOT_FOUND'));
    expect(await shop.standing(order.id)).toEqual({ order: 'awaiting_payment', payments: [] });
  });

  it('refuses an order that is paid, and takes nothing more', async () => {
    const order = await shop.order({ points: 50_000 });
    await shop.payments.payOrder(shop.request(order));
    const again = shop.payments.payOrder(shop.request(order));
    await expect(again).rejects.toEqual(refusal('INVALID_STATE'));
    expect((await shop.points.balanceOf(order.buyer.userId)).available).toBe(40_000);
  });

  it('refuses after the payment deadline', async () => {
    const order = await shop.order({ points: 50_000 });
    shop.clock.advance(600_001);
    const late = shop.payments.payOrder(shop.request(order));
    await expect(late).rejects.toEqual(refusal('PAYMENT_DEADLINE_PASSED'));
  });

  it('a request id that comes again gets the same payment, and never asks Toss again', async () => {
    const order = await shop.order();
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount });
    const request = shop.request(order, { paymentKey });
    const first = await shop.payments.payOrder(request);
    expect(await shop.payments.payOrder(request)).toEqual(first);
    expect(await shop.otherPayments.payOrder(request)).toEqual(first);
    expect((await toss.look(paymentKey)).confirmCalls).toBe(1);
    const other = shop.payments.payOrder({ ...request, providerKey: 'another-key' });
    await expect(other).rejects.toEqual(refusal('REQUEST_ID_REUSED'));
  });

  it('a request that comes five times at once makes one payment', async () => {
    const order = await shop.order();
    const outcome = 'slow:100';
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount, outcome });
    const request = shop.request(order, { paymentKey });
    const { payments, otherPayments } = shop;
    const clients = [payments, payments, otherPayments, otherPayments, payments];
    const answers = await Promise.all(clients.map((client) => client.payOrder(request)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 'captured')).toHaveLength(1);
    expect((await toss.look(paymentKey)).confirmCalls).toBe(1);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
  });

  it('one id for two orders at once: one payment, one clear refusal', async () => {
    const buyer = await shop.newBuyer(50_000);
    const requestId = newId('req');
    const placed = [await shop.order({ buyer }), await shop.order({ buyer })];
    const [one, two] = await Promise.allSettled(
      placed.map((order) => shop.payments.payOrder(shop.request(order, { requestId }))),
    );
    expect(one).toMatchObject({ status: 'fulfilled', value: { status: 'captured' } });
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'REQUEST_ID_REUSED' } });
  });

  it('two ways to pay one order at once: one takes the money, the other is refused', async () => {
    const order = await shop.order({ points: 50_000 });
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount });
    const results = await Promise.allSettled([
      shop.payments.payOrder(shop.request(order, { paymentKey })),
      shop.otherPayments.payOrder(shop.request(order)),
      shop.payments.payOrder(shop.request(order)),
      shop.otherPayments.payOrder(shop.request(order, { paymentKey })),
    ]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toEqual(refusal('INVALID_STATE'));
    }
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    const spent = 50_000 - (await shop.points.balanceOf(order.buyer.userId)).available;
    const charged = (await toss.look(paymentKey)).payment.status === 'DONE' ? order.amount : 0;
    expect(spent + charged).toBe(order.amount);
  });

  it('many buyers at once: each is decided by itself', async () => {
    const places = Array.from({ length: 40 }, (_, i) => shop.order({ points: 5_000 * (i % 4) }));
    const placed = await Promise.all(places);
    const results = await Promise.allSettled(
      placed.map((order, i) =>
        (i % 3 === 0 ? shop.otherPayments : shop.payments).payOrder(shop.request(order)),
      ),
    );
    results.forEach((result, i) => {
      const paid = { status: 'fulfilled', value: { status: 'captured' } };
      const poor = { status: 'rejected', reason: { code: 'INSUFFICIENT_POINTS' } };
      expect(result).toMatchObject(i % 4 >= 2 ? paid : poor);
    });
  });

  it('leaves a job that looks after the payment once a confirm must be over', async () => {
    const order = await shop.order({ points: 50_000 });
    const payment = await shop.payments.payOrder(shop.request(order));
    const jobs = await shop.deps.db.primary.rows<{ payload: string; availableAt: number }>(
      `SELECT payload, availableAt FROM jobs WHERE kind = 'payments.settle'`,
    );
    const mine = jobs.filter(({ payload }) => payload.includes(payment.id));
    expect(mine).toHaveLength(1);
    expect(mine[0]?.availableAt).toBeGreaterThan(payment.createdAt);
  });
}
