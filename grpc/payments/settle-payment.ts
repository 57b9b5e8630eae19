import type { PaymentRow } from './entities.ts';
import { isOpen } from './payment-state.ts';
import { providerOf } from './payments-deps.ts';
import { finishRefund } from './refund-order.ts';
import { type PaymentsParts, settleOutcome } from './settle-outcome.ts';
import { readPayments } from './store.ts';

/**
 * Finds out what became of a payment by asking its provider, and gives back money that pays
 * nothing. Answers whether the payment is settled; if not, ask again later. May run beside the
 * call that made the payment, and beside itself: the first to write decides.
 * @throws DomainError UNAVAILABLE, OVERLOADED
 */
export async function settlePayment(parts: PaymentsParts, paymentId: string): Promise<boolean> {
  const [found] = await readPayments(parts.db.primary, [paymentId]);
  if (found === undefined) {
    parts.log.warn({ paymentId }, 'a payment to settle does not exist');
    return true;
  }
  const payment = isOpen(found.status)
    ? await settleOutcome(parts, found, () => providerOf(parts, found).settle(found))
    : found;
  if (isOpen(payment.status)) return false;
  return isUnwanted(payment) ? finishRefund(parts, payment) : true;
}

/** Its money was taken and never paid the order. The refund of an order is that order's own job. */
function isUnwanted({ status, capturedAt }: PaymentRow): boolean {
  return status === 'refunding' && capturedAt === null;
}
