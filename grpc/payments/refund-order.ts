import type { Tx } from '../db/index.ts';
import type { PaymentRow } from './entities.ts';
import { stepOn, writeSteps } from './move-payments.ts';
import { type PaymentsDeps, providerOf } from './payments-deps.ts';
import type { RefundOutcome } from './providers/provider.ts';
import { failureOf } from './record-outcomes.ts';
import { lockPayments, readPaymentsOfOrder, writePayments } from './store.ts';

/**
 * Gives the money of a cancelled paid order back, and its stock with it. Answers whether that is
 * complete; if not, ask again later. Any number of calls give the money back once.
 * @throws DomainError UNAVAILABLE
 */
export async function refundOrder(deps: PaymentsDeps, orderId: string): Promise<boolean> {
  const started = await startRefund(deps, orderId);
  if (started === 'done') return true;
  return started === 'impossible' ? false : finishRefund(deps, started);
}

/** Marks the payment of an order that is on its way to be refunded. */
async function startRefund(
  deps: PaymentsDeps,
  orderId: string,
): Promise<PaymentRow | 'done' | 'impossible'> {
  const now = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    // Read without a lock: only the end of this refund takes an order out of `refunding`.
    const [order] = await deps.orders.readOrdersIn(tx, [orderId]);
    if (order?.status === 'refunded') return 'done';
    const payment = await lockCaptured(tx, orderId);
    if (order?.status !== 'refunding' || payment === undefined) {
      const facts = { orderId, order: order?.status, payment: payment?.status };
      deps.log.error(facts, 'an order to refund has no refund coming');
      return 'impossible';
    }
    const step = stepOn(payment, 'refund_started');
    if (step === undefined) return payment;
    await writeSteps(tx, [step], now);
    return step.to;
  });
}

/** The payment that paid the order, locked. */
async function lockCaptured(tx: Tx, orderId: string): Promise<PaymentRow | undefined> {
  const paid = (await readPaymentsOfOrder(tx, orderId)).filter(
    ({ capturedAt }) => capturedAt !== null,
  );
  return (
    await lockPayments(
      tx,
      paid.map(({ id }) => id),
    )
  ).find(({ status }) => status === 'captured' || status === 'refunding');
}

/**
 * Asks the provider to give the money of a `refunding` payment back and writes what it said; the
 * order that it paid, if any, is refunded with it. Answers whether it is done.
 */
export async function finishRefund(deps: PaymentsDeps, payment: PaymentRow): Promise<boolean> {
  const outcome = await askForRefund(deps, payment);
  const now = deps.clock.now();
  return deps.db.transaction(async (tx) => {
    const [current] = await lockPayments(tx, [payment.id]);
    if (current === undefined) throw new Error(`payment ${payment.id} does not exist`);
    if (current.status === 'refunded') return true;
    if (outcome.kind === 'declined') await noteRefusal(tx, current, payment, outcome);
    if (outcome.kind !== 'refunded') return false;
    const step = stepOn(current, 'refund_done', { failureCode: null, failureMessage: null });
    if (step === undefined) throw new Error(`payment ${payment.id} is ${current.status}`);
    if (current.capturedAt !== null) await deps.orders.completeRefundIn(tx, [current.orderId]);
    await providerOf(deps, current).refundIn(tx, [current]);
    await writeSteps(tx, [step], now);
    return true;
  });
}

async function askForRefund(deps: PaymentsDeps, payment: PaymentRow): Promise<RefundOutcome> {
  const outcome = await providerOf(deps, payment).refund(payment);
  if (outcome.kind === 'declined') {
    const { id: paymentId, orderId } = payment;
    deps.log.error({ paymentId, orderId, outcome }, 'the provider refuses a refund');
  }
  return outcome;
}

/** Counts a refusal once, also when two calls heard of the same one. */
async function noteRefusal(
  tx: Tx,
  current: PaymentRow,
  asked: PaymentRow,
  refusal: { code: string; message: string },
): Promise<void> {
  const refusedRefunds = Math.max(current.refusedRefunds, asked.refusedRefunds + 1);
  await writePayments(tx, [{ ...current, ...failureOf(refusal), refusedRefunds }]);
}
