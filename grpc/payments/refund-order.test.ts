import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { openShop, type PlacedOrder, type Shop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';

describeOnBothDatabases('the refund of a cancelled paid order', defineSuite);

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

  const refund = (order: PlacedOrder) => shop.payments.refundOrders([order.id]);

  function cancel(order: PlacedOrder): Promise<void> {
    const reason = '변심';
    const input = { requestId: newId('req'), orderId: order.id, reason };
    return shop.orders.cancelOrder(order.buyer, input);
  }

  async function paidByCard(more: object = {}): Promise<PlacedOrder & { paymentKey: string }> {
    const order = await shop.order();
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount, ...more });
    await shop.payments.payOrder(shop.request(order, { paymentKey }));
    return { ...order, paymentKey };
  }

  it('gives the card’s money and the stock back, once', async () => {
    const before = await shop.stockOf();
    const order = await paidByCard();
    await cancel(order);
    expect(await refund(order)).toEqual([]);
    expect(await shop.standing(order.id)).toEqual({ order: 'refunded', payments: ['refunded'] });
    expect(await shop.stockOf()).toEqual(before);
    expect(await refund(order)).toEqual([]);
    const { cancelCalls, payment } = await toss.look(order.paymentKey);
    expect([cancelCalls, payment.status, payment.balanceAmount]).toEqual([1, 'CANCELED', 0]);
  });

  it('gives points back to their buyer', async () => {
    const order = await shop.order({ points: 12_000 });
    await shop.payments.payOrder(shop.request(order));
    await cancel(order);
    expect(await refund(order)).toEqual([]);
    const balance = await shop.points.balanceOf(order.buyer.userId);
    expect(balance).toEqual({ available: 12_000, held: 0 });
    expect(await shop.standing(order.id)).toEqual({ order: 'refunded', payments: ['refunded'] });
  });

  it('by several workers at once gives back once', async () => {
    const card = await paidByCard({ cancelOutcome: 'slow:50' });
    const points = await shop.order({ points: 10_000 });
    await shop.payments.payOrder(shop.request(points));
    const ids = [card.id, points.id];
    await cancel(card);
    await cancel(points);
    const workers = [shop.payments, shop.otherPayments, shop.payments, shop.otherPayments];
    await Promise.all(workers.map((worker) => worker.refundOrders(ids)));
    expect(await shop.payments.refundOrders(ids)).toEqual([]);
    for (const id of ids) expect(await shop.standing(id)).toMatchObject({ order: 'refunded' });
    expect((await shop.points.balanceOf(points.buyer.userId)).available).toBe(10_000);
  });

  it('without an answer stays pending, and is found by asking', async () => {
    const order = await paidByCard({ cancelOutcome: 'timeout' });
    await cancel(order);
    expect(await shop.hastyPayments.refundOrders([order.id])).toEqual([order.id]);
    const pending = { order: 'refunding', payments: ['refunding'] };
    expect(await shop.standing(order.id)).toEqual(pending);
    expect(await refund(order)).toEqual([]);
    expect(await shop.standing(order.id)).toEqual({ order: 'refunded', payments: ['refunded'] });
  });

  it('refused by the provider stays pending with the reason, and is tried afresh', async () => {
    const order = await paidByCard({ cancelOutcome: 'decline:NOT_AVAILABLE_BANK' });
    await cancel(order);
    expect(await refund(order)).toEqual([order.id]);
    const [refused] = await shop.payments.listPayments(order.id);
    expect(refused).toMatchObject({ status: 'refunding', failureCode: 'NOT_AVAILABLE_BANK' });
    await toss.change(order.paymentKey, { cancelOutcome: 'approve' });
    expect(await refund(order)).toEqual([]);
    const [done] = await shop.payments.listPayments(order.id);
    expect(done).toMatchObject({ status: 'refunded', failureCode: null });
  });

  it('is not made for an order that nobody cancelled', async () => {
    const order = await paidByCard();
    expect(await refund(order)).toEqual([order.id]);
    expect(await shop.standing(order.id)).toEqual({ order: 'paid', payments: ['captured'] });
    expect((await toss.look(order.paymentKey)).cancelCalls).toBe(0);
    const unknown = newId('ord');
    expect(await shop.payments.refundOrders([unknown])).toEqual([unknown]);
  });
}
