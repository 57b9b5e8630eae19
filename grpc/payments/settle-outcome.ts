import { InvalidState } from '../../common/errors/index.ts';
import type { Batcher } from '../db/index.ts';
import type { BegunPayment } from './begin-payments.ts';
import type { PaymentRow } from './entities.ts';
import { stepOn, writeSteps } from './move-payments.ts';
import type { PayOrderInput } from './pay-request.ts';
import { type PaymentsDeps, providerOf } from './payments-deps.ts';
import type { ProviderOutcome } from './providers/provider.ts';
import {
  changeOf,
  enqueueReturns,
  failureOf,
  type PaymentNews,
  reasonOf,
} from './record-outcomes.ts';
import { lockPayments } from './store.ts';

/** What use cases of payments work with. */
export interface PaymentsParts extends PaymentsDeps {
  readonly beginning: Batcher<PayOrderInput, BegunPayment>;
  readonly recording: Batcher<PaymentNews, PaymentRow>;
}

/**
 * Asks the provider by `ask`, outside of any transaction, and writes what it said. A defect on the
 * way counts as not knowing, so that the payment is looked at again.
 * @throws DomainError UNAVAILABLE or OVERLOADED when it can't be written now; the payment's job
 *   settles it later
 */
export async function settleOutcome(
  parts: PaymentsParts,
  payment: PaymentRow,
  ask: () => Promise<ProviderOutcome>,
): Promise<PaymentRow> {
  const outcome = await ask().catch((error: unknown): ProviderOutcome => {
    parts.log.error({ err: error, paymentId: payment.id }, 'defect while asking a provider');
    return { kind: 'unknown', reason: 'defect' };
  });
  try {
    return await parts.recording.submit({ paymentId: payment.id, outcome });
  } catch (error) {
    if (!isAboutOrder(error)) throw error;
    parts.log.error(
      { err: error, paymentId: payment.id, outcome },
      'the order refuses its payment',
    );
    return settleWithoutOrder(parts, payment.id, outcome);
  }
}

function isAboutOrder(error: unknown): boolean {
  return error instanceof InvalidState && error.details.what === 'order';
}

/**
 * Closes a payment whose order is not under payment, which should be impossible as such an order
 * neither expires nor is cancelled. Money that was taken goes back; the order is left alone.
 */
async function settleWithoutOrder(
  parts: PaymentsParts,
  paymentId: string,
  outcome: ProviderOutcome,
): Promise<PaymentRow> {
  const now = parts.clock.now();
  return parts.db.transaction(async (tx) => {
    const [payment] = await lockPayments(tx, [paymentId]);
    if (payment === undefined) throw new Error(`payment ${paymentId} does not exist`);
    const provider = providerOf(parts, payment);
    const isTaken = outcome.kind === 'approved' && provider.takesAt === 'confirm';
    const step = isTaken
      ? stepOn(payment, 'unwanted', changeOf(outcome), 'the order is not under payment')
      : stepOn(payment, 'declined', failureWithoutOrder(outcome), reasonOf(outcome));
    if (step === undefined) return payment;
    if (!isTaken) await provider.endReservesIn(tx, { captured: [], released: [payment] });
    await writeSteps(tx, [step], now);
    await enqueueReturns(tx, [step], now);
    return step.to;
  });
}

function failureWithoutOrder(outcome: ProviderOutcome) {
  if (outcome.kind === 'declined') return failureOf(outcome);
  return failureOf({ code: 'INVALID_STATE', message: 'the order is not under payment' });
}
