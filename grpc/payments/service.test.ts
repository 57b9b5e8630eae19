import type { Actor, UserActor } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import { services } from '../../common/rpc/services.ts';
import { PaymentMethod, PaymentStatus } from '../../proto/gen/onair/payments/v1/payments.ts';
import { describeOnSqlite } from '../../test/kit/databases.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { createPaymentsService } from './index.ts';
import { openShop, type PlacedOrder, type Shop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';

const worker: Actor = { kind: 'service', name: 'workers' };
const admin: UserActor = {
  kind: 'user',
  userId: newId('usr'),
  sessionId: 'test',
  name: 'admin',
  roles: ['viewer', 'admin'],
};

describeOnSqlite('PaymentsService', (open) => {
  let toss: TossFixture;
  let shop: Shop;
  let rpc: ServedRpc;
  beforeAll(async () => {
    toss = await startToss();
    shop = await openShop(await open(), toss);
    rpc = await serveRpc((server) =>
      server.add(services.payments, createPaymentsService(shop.payments)),
    );
  });
  afterAll(async () => {
    await rpc.stop();
    await toss.stop();
  });

  const by = (actor: Actor) => rpc.as(actor).payments;
  const request = (order: PlacedOrder, more: object = {}) => ({
    requestId: newId('req'),
    orderId: order.id,
    method: PaymentMethod.POINTS,
    amount: order.amount,
    paymentKey: '',
    ...more,
  });

  it('pays by points, and shows the payment to its payer, an admin and our own processes', async () => {
    const order = await shop.order({ points: 10_000 });
    const payment = await by(order.buyer).payOrder(request(order));
    expect(payment).toMatchObject({
      orderId: order.id,
      userId: order.buyer.userId,
      method: PaymentMethod.POINTS,
      amount: 10_000,
      status: PaymentStatus.CAPTURED,
      failureCode: '',
      createdAt: expect.any(Date),
      capturedAt: expect.any(Date),
    });
    for (const actor of [order.buyer, admin, worker]) {
      expect(await by(actor).getPayment({ paymentId: payment.id })).toEqual(payment);
      const { payments } = await by(actor).listPayments({ orderId: order.id });
      expect(payments).toEqual([payment]);
    }
  });

  it('pays by card', async () => {
    const order = await shop.order();
    const outcome = 'decline:INVALID_CARD_EXPIRATION';
    const paymentKey = await toss.card({ orderId: order.id, amount: order.amount, outcome });
    const card = { method: PaymentMethod.CARD, paymentKey };
    expect(await by(order.buyer).payOrder(request(order, card))).toMatchObject({
      method: PaymentMethod.CARD,
      status: PaymentStatus.FAILED,
      failureCode: 'INVALID_CARD_EXPIRATION',
      capturedAt: undefined,
    });
  });

  it('hides a payment from everyone else, as if it were not there', async () => {
    const order = await shop.order({ points: 10_000 });
    const { id: paymentId } = await by(order.buyer).payOrder(request(order));
    const stranger = by(await shop.newBuyer());
    const hidden = { code: 'NOT_FOUND' };
    await expect(stranger.getPayment({ paymentId })).rejects.toMatchObject(hidden);
    await expect(stranger.listPayments({ orderId: order.id })).rejects.toMatchObject(hidden);
    await expect(stranger.getPayment({ paymentId: newId('pay') })).rejects.toMatchObject(hidden);
    await expect(stranger.listPayments({ orderId: newId('ord') })).rejects.toMatchObject(hidden);
    await expect(stranger.payOrder(request(order))).rejects.toMatchObject(hidden);
  });

  it.each([
    ['no request id', { requestId: '' }],
    ['no method', { method: PaymentMethod.UNSPECIFIED }],
    ['an amount of nothing', { amount: 0 }],
    ['a card without a payment key', { method: PaymentMethod.CARD }],
    ['a payment key with a space', { method: PaymentMethod.CARD, paymentKey: 'a b' }],
    ['points with a payment key', { paymentKey: 'key' }],
    ['another kind of id', { orderId: newId('usr') }],
  ])('refuses %s', async (_what, more) => {
    const order = await shop.order({ points: 10_000 });
    const refused = by(order.buyer).payOrder(request(order, more));
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('settles and refunds for our own processes alone', async () => {
    const order = await shop.order({ points: 10_000 });
    const { id } = await by(order.buyer).payOrder(request(order));
    const refused = { code: 'PERMISSION_DENIED' };
    await expect(by(admin).settlePayments({ paymentIds: [id] })).rejects.toMatchObject(refused);
    await expect(by(admin).refundPayments({ orderIds: [] })).rejects.toMatchObject(refused);
    const anyone = by({ kind: 'anonymous' }).payOrder(request(order));
    await expect(anyone).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

    const settled = await by(worker).settlePayments({ paymentIds: [id, newId('pay')] });
    expect(settled).toEqual({ unsettledPaymentIds: [] });
    const cancel = { requestId: newId('req'), orderId: order.id, reason: undefined };
    await shop.orders.cancelOrder(order.buyer, cancel);
    const refund = await by(worker).refundPayments({ orderIds: [order.id] });
    expect(refund).toEqual({ pendingOrderIds: [] });
    const payment = await by(order.buyer).getPayment({ paymentId: id });
    expect(payment.status).toBe(PaymentStatus.REFUNDED);
  });
});
