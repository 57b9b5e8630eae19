import {
  isOpen,
  nextStatus,
  type PaymentEvent,
  type PaymentStatus,
  paymentEvents,
  paymentStatuses,
} from './payment-state.ts';

/** Every state, and where each event leads; `-` where it changes nothing. */
const table: readonly (readonly [PaymentStatus, ...(PaymentStatus | '-')[]])[] = [
  // from        approved    declined  unanswered unwanted     refund_started refund_done
  ['confirming', 'captured', 'failed', 'unknown', 'refunding', '-', '-'],
  ['unknown', 'captured', 'failed', '-', 'refunding', '-', '-'],
  ['captured', '-', '-', '-', '-', 'refunding', '-'],
  ['failed', '-', '-', '-', 'refunding', '-', '-'],
  ['refunding', '-', '-', '-', '-', '-', 'refunded'],
  ['refunded', '-', '-', '-', '-', '-', '-'],
];

const rows = table.flatMap(([from, ...targets]) =>
  paymentEvents.map((event, i): [PaymentStatus, PaymentEvent, PaymentStatus | '-'] => [
    from,
    event,
    targets[i] ?? '-',
  ]),
);

describe('the states of a payment', () => {
  it('are all in the table', () => {
    expect(table.map(([from]) => from)).toEqual(paymentStatuses);
    expect(rows).toHaveLength(paymentStatuses.length * paymentEvents.length);
  });

  it.each(rows)('%s, %s: %s', (from, event, to) => {
    expect(nextStatus(from, event)).toBe(to === '-' ? undefined : to);
  });

  it('are open until the outcome is known, and never open again', () => {
    expect(paymentStatuses.filter(isOpen)).toEqual(['confirming', 'unknown']);
    const closed = paymentStatuses.filter((status) => !isOpen(status));
    const after = closed.flatMap((from) => paymentEvents.map((event) => nextStatus(from, event)));
    expect(after.filter((status) => status !== undefined && isOpen(status))).toEqual([]);
  });
});
