import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  constantFrom,
  integer,
  record,
} from 'fast-check';
import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { until } from '../../test/kit/until.ts';
import { beginPaymentsIn } from './begin-payments.ts';
import { openShop, type Shop } from './payments-for-tests.ts';
import { startToss, type TossFixture } from './providers/toss-for-tests.ts';

/** One buyer's luck: what the card company does, where our process dies, and how it goes on. */
const fate = record({
  card: constantFrom(
    'approve',
    'approve',
    'timeout',
    'slow:900',
    'error-500-then-approve',
    'decline:REJECT_CARD_PAYMENT',
  ),
  death: constantFrom('none', 'none', 'before asking', 'after asking'),
  workers: integer({ min: 1, max: 3 }),
  cancels: constantFrom(true, false),
  cancel: constantFrom('approve', 'timeout', 'error-500-then-approve'),
});

type Fate = typeof fate extends Arbitrary<infer Value> ? Value : never;

describeOnBothDatabases('whatever happens to payments', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let toss: TossFixture;
  let shop: Shop;
  beforeAll(async () => {
    toss = await startToss();
    shop = await openShop(await open(), toss);
  });
  afterAll(() => toss.stop());

  it('each order is paid exactly when its money is with us', async () => {
    await assert(
      asyncProperty(array(fate, { minLength: 8, maxLength: 16 }), async (fates) => {
        await Promise.all(fates.map(live));
        expect(await shop.verify()).toEqual([]);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  }, 180_000);

  async function live({ card, death, workers, cancels, cancel }: Fate): Promise<void> {
    const order = await shop.order();
    const paymentKey = await toss.card({
      orderId: order.id,
      amount: order.amount,
      outcome: card,
      cancelOutcome: cancel,
    });
    const request = shop.request(order, { paymentKey });
    if (death === 'none') {
      await shop.hastyPayments.payOrder(request);
    } else {
      const { deps } = shop;
      const [begun] = await deps.db.transaction((tx) => beginPaymentsIn(deps, tx, [request]));
      if (!begun?.ok) throw begun?.error ?? new Error('nothing was decided');
      const { payment } = begun.value;
      if (death === 'after asking' && card !== 'timeout') {
        await deps.providers.card.confirm(payment);
      }
    }
    await settle(order.id, workers);
    const { status } = (await toss.look(paymentKey)).payment;
    const isPaid = status === 'DONE';
    expect(status).toBe(card.startsWith('decline') ? 'ABORTED' : 'DONE');
    expect(await shop.standing(order.id)).toEqual({
      order: isPaid ? 'paid' : 'awaiting_payment',
      payments: [isPaid ? 'captured' : 'failed'],
    });
    if (!isPaid || !cancels) return;
    const input = { requestId: order.id, orderId: order.id, reason: undefined };
    await shop.orders.cancelOrder(order.buyer, input);
    await until('the money is back', async () => {
      return (await shop.hastyPayments.refundOrders([order.id])).length === 0;
    });
    expect((await toss.look(paymentKey)).payment).toMatchObject({ balanceAmount: 0 });
    expect(await shop.standing(order.id)).toEqual({ order: 'refunded', payments: ['refunded'] });
  }

  async function settle(orderId: string, workers: number): Promise<void> {
    const [payment] = await shop.payments.listPayments(orderId);
    if (payment === undefined) throw new Error('there is no payment');
    const processes = Array.from({ length: workers }, shop.newHastyPayments);
    await until('it is settled', async () => {
      const left = await Promise.all(processes.map((p) => p.settlePayments([payment.id])));
      return left.flat().length === 0;
    });
  }
}
