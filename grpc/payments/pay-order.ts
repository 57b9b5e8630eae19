import type { PaymentRow } from './entities.ts';
import type { PayOrderInput } from './pay-request.ts';
import { providerOf } from './payments-deps.ts';
import { type PaymentsParts, settleOutcome } from './settle-outcome.ts';

/**
 * Pays an order. Answers the payment as `captured`, `failed` or `unknown`; an unknown one is
 * settled later by its job. The same request again answers the payment as it is now, which may
 * still be `confirming`, and never asks the provider a second time.
 *
 * Takes as long as the provider does: up to TOSS_TIMEOUT_MS for a card.
 * @throws DomainError NOT_FOUND also for another user's order; INVALID_STATE;
 *   PAYMENT_DEADLINE_PASSED; AMOUNT_MISMATCH; INSUFFICIENT_POINTS; REQUEST_ID_REUSED; OVERLOADED;
 *   UNAVAILABLE, and then ask again with the same id
 */
export async function payOrder(parts: PaymentsParts, input: PayOrderInput): Promise<PaymentRow> {
  const { payment, isNew } = await parts.beginning.submit(input);
  if (!isNew) return payment;
  return settleOutcome(parts, payment, () => providerOf(parts, payment).confirm(payment));
}
