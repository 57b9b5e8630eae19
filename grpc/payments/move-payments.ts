import type { EpochMs } from '../../common/clock.ts';
import type { Tx } from '../db/index.ts';
import type { PaymentRow } from './entities.ts';
import { nextStatus, type PaymentEvent } from './payment-state.ts';
import { insertPaymentHistory, writePayments } from './store.ts';

/** One step of one payment's life. */
export interface PaymentStep {
  readonly from: PaymentRow;
  readonly to: PaymentRow;
  readonly reason: string | null;
}

/** What a step may change beside the state. */
export type PaymentChange = Partial<
  Pick<PaymentRow, 'reference' | 'failureCode' | 'failureMessage' | 'capturedAt'>
>;

/** The step that an event makes a payment take; undefined when it changes nothing. */
export function stepOn(
  payment: PaymentRow,
  event: PaymentEvent,
  change: PaymentChange = {},
  reason: string | null = null,
): PaymentStep | undefined {
  const status = nextStatus(payment.status, event);
  if (status === undefined) return undefined;
  const to = { ...payment, ...change, status, version: payment.version + 1 };
  return { from: payment, to, reason };
}

/** Writes steps with their history. The payments must be locked by this transaction. */
export async function writeSteps(
  tx: Tx,
  steps: readonly PaymentStep[],
  now: EpochMs,
): Promise<void> {
  // A payment that took two steps is written as the second one left it.
  const last = new Map(steps.map(({ to }) => [to.id, to]));
  await writePayments(tx, [...last.values()]);
  await insertPaymentHistory(
    tx,
    steps.map(({ from, to, reason }) => ({
      paymentId: to.id,
      version: to.version,
      fromStatus: from.status,
      toStatus: to.status,
      actor: 'system',
      reason,
      at: now,
    })),
  );
}
