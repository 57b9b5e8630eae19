/** Every state of a payment. */
export const paymentStatuses = [
  'confirming',
  'unknown',
  'captured',
  'failed',
  'refunding',
  'refunded',
] as const;

/** One of {@link paymentStatuses}. */
export type PaymentStatus = (typeof paymentStatuses)[number];

/**
 * What can happen to a payment:
 * - `approved`: the provider took the money, or will when we capture it
 * - `declined`: the provider took nothing and never will
 * - `unanswered`: nobody knows whether it took the money
 * - `unwanted`: the provider took money that can't pay the order; it must go back
 * - `refund_started`: the order was cancelled after it was paid
 * - `refund_done`: the money went back
 */
export const paymentEvents = [
  'approved',
  'declined',
  'unanswered',
  'unwanted',
  'refund_started',
  'refund_done',
] as const;

/** One of {@link paymentEvents}. */
export type PaymentEvent = (typeof paymentEvents)[number];

/**
 * What becomes of a payment. An event that a state does not know changes nothing: it is the second
 * news of what was settled before, and whoever brings it reads the result.
 */
export const paymentTransitions: Readonly<
  Record<PaymentStatus, Readonly<Partial<Record<PaymentEvent, PaymentStatus>>>>
> = {
  confirming: {
    approved: 'captured',
    declined: 'failed',
    unanswered: 'unknown',
    unwanted: 'refunding',
  },
  unknown: { approved: 'captured', declined: 'failed', unwanted: 'refunding' },
  captured: { refund_started: 'refunding' },
  failed: { unwanted: 'refunding' },
  refunding: { refund_done: 'refunded' },
  refunded: {},
};

/** The state after an event; undefined when it changes nothing. */
export function nextStatus(status: PaymentStatus, event: PaymentEvent): PaymentStatus | undefined {
  return paymentTransitions[status][event];
}

/** Whether the outcome is still to come, so that the order is under payment. */
export function isOpen(status: PaymentStatus): boolean {
  return status === 'confirming' || status === 'unknown';
}
