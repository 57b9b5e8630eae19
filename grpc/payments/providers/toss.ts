import type { Logger } from '../../../common/logger.ts';
import { accepted } from '../../db/index.ts';
import type { PaymentRow } from '../entities.ts';
import type { Provider, ProviderOutcome, RefundOutcome } from './provider.ts';
import { createTossClient, type TossReply, type TossSettings } from './toss-client.ts';
import {
  type Untouched,
  verdictOfConfirm,
  verdictOfRead,
  verdictOfRefund,
} from './toss-verdict.ts';

const cancelReason = '주문 취소';

/** How Toss is reached, and for how long each operation may take with all its calls. */
export interface TossOptions extends TossSettings {
  readonly timeoutMs: number;
}

/**
 * Cards through Toss Payments. The idempotency key of each operation follows from the payment, so
 * that a repeated operation is one operation at Toss, whichever process repeats it. A payment that
 * nobody confirms lapses at Toss by itself, ten minutes after the buyer's authentication.
 */
export function createTossProvider(options: TossOptions, log: Logger): Provider {
  const client = createTossClient(options);
  const { timeoutMs } = options;

  async function confirm(
    payment: PaymentRow,
    signal = AbortSignal.timeout(timeoutMs),
  ): Promise<ProviderOutcome> {
    const { orderId, amount } = payment;
    const body = { paymentKey: keyOf(payment), orderId, amount };
    const reply = await client.confirm(body, `confirm-${payment.id}`, signal);
    // Confirmed by a request that was not this one: what it did is on the payment itself.
    const verdict = isAlreadyProcessed(reply)
      ? verdictOfRead(payment, await client.read(body.paymentKey, signal))
      : verdictOfConfirm(payment, reply);
    return heard('confirm', payment, orUnknown(verdict));
  }

  async function settle(payment: PaymentRow): Promise<ProviderOutcome> {
    const signal = AbortSignal.timeout(timeoutMs);
    const verdict = verdictOfRead(payment, await client.read(keyOf(payment), signal));
    // Nothing was taken, but a confirm of ours may still be on its way and be taken later. So it
    // is never given up here: the same confirm again is answered by the first one if that
    // arrived, done if it did not, and refused once the payment has lapsed.
    if (verdict.kind === 'untouched') return confirm(payment, signal);
    return heard('settle', payment, verdict);
  }

  async function refund(payment: PaymentRow): Promise<RefundOutcome> {
    const signal = AbortSignal.timeout(timeoutMs);
    const before = verdictOfRefund(payment, await client.read(keyOf(payment), signal));
    if (before.kind === 'refunded') return before;
    // Toss repeats its first answer to a key, so after a refusal a new try needs a new one. That
    // can't give the money back twice: all of it is cancelled or nothing.
    const idempotencyKey = `refund-${payment.id}-${payment.refusedRefunds}`;
    const reply = await client.cancel(keyOf(payment), cancelReason, idempotencyKey, signal);
    return heard('refund', payment, verdictOfRefund(payment, reply));
  }

  function heard<Outcome extends ProviderOutcome | RefundOutcome>(
    operation: string,
    { id: paymentId, orderId }: PaymentRow,
    outcome: Outcome,
  ): Outcome {
    const level = outcome.kind === 'unknown' ? 'warn' : 'info';
    log[level]({ provider: 'toss', operation, paymentId, orderId, outcome }, 'provider answered');
    return outcome;
  }

  return {
    takesAt: 'confirm',
    maxConfirmMs: timeoutMs,
    reserveIn: async (_tx, payments) => payments.map(() => accepted(null)),
    confirm: (payment) => confirm(payment),
    settle,
    endReservesIn: async () => undefined,
    refund,
    refundIn: async () => undefined,
  };
}

function keyOf({ id, providerKey }: PaymentRow): string {
  if (providerKey === null) throw new Error(`payment ${id} has no payment key`);
  return providerKey;
}

function isAlreadyProcessed(reply: TossReply): boolean {
  return reply.kind === 'error' && reply.code === 'ALREADY_PROCESSED_PAYMENT';
}

function orUnknown(verdict: ProviderOutcome | Untouched): ProviderOutcome {
  return verdict.kind === 'untouched'
    ? { kind: 'unknown', reason: 'Toss did not finish the confirm' }
    : verdict;
}
