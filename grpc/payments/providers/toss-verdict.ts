import type { PaymentRow } from '../entities.ts';
import type { Declined, ProviderOutcome, RefundOutcome, Unknown } from './provider.ts';
import { isPassing, type TossPayment, type TossReply } from './toss-client.ts';

type Ours = Pick<PaymentRow, 'orderId'>;

/** Toss knows the payment, and it can still be confirmed: nothing was taken so far. */
export interface Untouched {
  readonly kind: 'untouched';
}

/** States from which Toss never takes money any more, or in which it gave all of it back. */
const ended: ReadonlySet<string> = new Set(['ABORTED', 'EXPIRED', 'CANCELED']);
const untouched: ReadonlySet<string> = new Set(['READY', 'IN_PROGRESS']);

/** Refusals that say nothing of the payment: a passing fault, a twin at work, or a wrong key. */
const inconclusive: ReadonlySet<string> = new Set([
  'PROVIDER_ERROR',
  'ALREADY_CANCELED_PAYMENT',
  'UNAUTHORIZED_KEY',
  'INVALID_API_KEY',
  'INCORRECT_BASIC_AUTH_FORMAT',
]);

/** What the answer to a confirm says. Toss does nothing for a confirm that it refuses with 4xx. */
export function verdictOfConfirm(ours: Ours, reply: TossReply): ProviderOutcome | Untouched {
  return reply.kind === 'payment' ? verdictOfPayment(ours, reply.payment) : verdictOfRefusal(reply);
}

/** What a read says. One that is refused says nothing, but for a payment that Toss never made. */
export function verdictOfRead(ours: Ours, reply: TossReply): ProviderOutcome | Untouched {
  if (reply.kind === 'payment') return verdictOfPayment(ours, reply.payment);
  if (reply.kind === 'silence') return unknown(reply.reason);
  const { status, code, message } = reply;
  return code === 'NOT_FOUND_PAYMENT' ? declined(code, message) : unknown(`${status} ${code}`);
}

function verdictOfPayment(ours: Ours, theirs: TossPayment): ProviderOutcome | Untouched {
  if (theirs.orderId !== ours.orderId) {
    // Its money, if any, is another order's; none of it is or becomes ours.
    return declined('FORBIDDEN_REQUEST', 'the payment key belongs to another order');
  }
  if (untouched.has(theirs.status)) return { kind: 'untouched' };
  if (ended.has(theirs.status)) {
    const { code, message } = theirs.failure ?? { code: theirs.status, message: '' };
    return declined(code, message);
  }
  if (theirs.status !== 'DONE') return unknown(`Toss says ${theirs.status}`);
  // An amount in another currency is not the payment's amount, whatever its digits are.
  const amount = theirs.currency === 'KRW' ? theirs.totalAmount : -1;
  return { kind: 'approved', amount, reference: theirs.lastTransactionKey ?? null };
}

/** What the answer to a cancel, or a read of the payment, says of its refund. */
export function verdictOfRefund(ours: Ours, reply: TossReply): RefundOutcome {
  if (reply.kind !== 'payment') return verdictOfRefusal(reply);
  const { orderId, status, balanceAmount } = reply.payment;
  const isBack = orderId === ours.orderId && status === 'CANCELED' && balanceAmount === 0;
  return isBack ? { kind: 'refunded' } : unknown(`Toss says ${status}, ${balanceAmount} left`);
}

function verdictOfRefusal(reply: Exclude<TossReply, { kind: 'payment' }>): Declined | Unknown {
  if (reply.kind === 'silence') return unknown(reply.reason);
  const { status, code, message } = reply;
  if (isPassing(status) || inconclusive.has(code)) return unknown(`${status} ${code}`);
  return declined(code, message);
}

function declined(code: string, message: string): Declined {
  return { kind: 'declined', code, message };
}

function unknown(reason: string): Unknown {
  return { kind: 'unknown', reason };
}
