import { toPoints } from '../../../common/money.ts';
import { accepted, type Outcome } from '../../db/index.ts';
import type { Points, Transfer } from '../../points/index.ts';
import type { PaymentRow } from '../entities.ts';
import type { Approved, Provider } from './provider.ts';

/**
 * Payment in points: one point pays one won. The points are set aside as the payment begins, so
 * its confirm can't fail, and are spent in the transaction that marks the order paid.
 */
export function createPointsProvider(points: Points): Provider {
  return {
    takesAt: 'capture',
    maxConfirmMs: 0,
    async reserveIn(tx, payments) {
      const holds = await points.holdIn(tx, payments.map(toHold));
      return holds.map((hold) => (hold.ok ? accepted(hold.value.id) : hold));
    },
    confirm: async (payment) => approvalOf(payment),
    settle: async (payment) => approvalOf(payment),
    async endReservesIn(tx, { captured, released }) {
      const posts = captured.map((payment) => ({ holdId: holdOf(payment), to: 'post' as const }));
      const voids = released.map((payment) => ({ holdId: holdOf(payment), to: 'void' as const }));
      insist(await points.resolveIn(tx, [...posts, ...voids]));
    },
    refund: async () => ({ kind: 'refunded' }),
    async refundIn(tx, payments) {
      insist(await points.refundIn(tx, payments.map(toRefund)));
    },
  };
}

/** The hold was made with the payment; neither exists without the other. */
function approvalOf(payment: PaymentRow): Approved {
  return { kind: 'approved', amount: payment.amount, reference: holdOf(payment) };
}

function toHold({ id, userId, amount, orderId }: PaymentRow) {
  return { requestKey: id, userId, amount: toPoints(amount), reference: orderId };
}

function toRefund(payment: PaymentRow) {
  const { id, amount, orderId } = payment;
  return {
    requestKey: id,
    holdId: holdOf(payment),
    amount: toPoints(amount),
    reference: orderId,
  };
}

function holdOf({ id, reference }: PaymentRow): string {
  if (reference === null) throw new Error(`payment ${id} has no hold`);
  return reference;
}

/** The state of the payment says that the ledger can't refuse; a refusal undoes the transaction. */
function insist(outcomes: readonly Outcome<Transfer>[]): void {
  for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
}
