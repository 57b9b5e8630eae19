import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { behaviour } from './behaviour.ts';
import { TossError } from './errors.ts';

const cancelSchema = z.object({
  transactionKey: z.string(),
  cancelReason: z.string(),
  cancelAmount: z.number().int(),
  refundableAmount: z.number().int(),
  canceledAt: z.number(),
});

/** What the stand-in remembers of a payment. Times are epoch ms, amounts won. */
export const paymentSchema = z.object({
  paymentKey: z.string(),
  orderId: z.string(),
  orderName: z.string(),
  amount: z.number().int(),
  status: z.enum(['IN_PROGRESS', 'DONE', 'CANCELED', 'PARTIAL_CANCELED', 'ABORTED', 'EXPIRED']),
  requestedAt: z.number(),
  expiresAt: z.number(),
  approvedAt: z.number().nullable(),
  lastTransactionKey: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  cancels: z.array(cancelSchema),
  confirmBehaviour: behaviour,
  cancelBehaviour: behaviour,
  /** Calls that arrived, whatever they were answered. */
  confirmCalls: z.number().int(),
  cancelCalls: z.number().int(),
});

export type Payment = z.output<typeof paymentSchema>;

/** A payment as the buyer left it on Toss' page: card chosen and authenticated, not yet confirmed. */
export function startPayment(
  input: Pick<Payment, 'orderId' | 'orderName' | 'amount' | 'confirmBehaviour' | 'cancelBehaviour'>,
  now: number,
  validMs: number,
): Payment {
  return {
    ...input,
    paymentKey: newPaymentKey(now),
    status: 'IN_PROGRESS',
    requestedAt: now,
    expiresAt: now + validMs,
    approvedAt: null,
    lastTransactionKey: null,
    failure: null,
    cancels: [],
    confirmCalls: 0,
    cancelCalls: 0,
  };
}

/** The payment as it is at `now`: unconfirmed ones lapse when their session ends. */
export function at(payment: Payment, now: number): Payment {
  if (payment.status !== 'IN_PROGRESS' || now < payment.expiresAt) return payment;
  const failure = {
    code: 'EXPIRED_PAYMENT',
    message: '결제가 만료되었습니다. 다시 시도해주세요.',
  };
  return { ...payment, status: 'EXPIRED', failure };
}

/**
 * Checks whether the payment can be confirmed.
 * @throws TossError ALREADY_PROCESSED_PAYMENT, NOT_FOUND_PAYMENT_SESSION, FORBIDDEN_REQUEST when
 *   the order or the amount is not what the buyer saw
 */
export function checkConfirm(payment: Payment, orderId: string, amount: number): void {
  if (payment.status === 'EXPIRED' || payment.status === 'ABORTED') {
    throw new TossError('NOT_FOUND_PAYMENT_SESSION');
  }
  if (payment.status !== 'IN_PROGRESS') throw new TossError('ALREADY_PROCESSED_PAYMENT');
  if (payment.orderId !== orderId || payment.amount !== amount) {
    throw new TossError('FORBIDDEN_REQUEST');
  }
}

/** The payment once its money is taken. */
export function confirmed(payment: Payment, now: number): Payment {
  const lastTransactionKey = newTransactionKey();
  return { ...payment, status: 'DONE', approvedAt: now, lastTransactionKey };
}

/** The payment once the card company refused it. */
export function aborted(payment: Payment, error: TossError): Payment {
  const failure = { code: error.code, message: error.message };
  return { ...payment, status: 'ABORTED', failure };
}

/** What can still be given back. */
export function balanceOf(payment: Payment): number {
  return payment.cancels.reduce((left, { cancelAmount }) => left - cancelAmount, payment.amount);
}

/**
 * Gives money back: `cancelAmount`, or all that is left.
 * @throws TossError ALREADY_CANCELED_PAYMENT, NOT_CANCELABLE_PAYMENT, NOT_CANCELABLE_AMOUNT
 */
export function canceled(
  payment: Payment,
  cancelReason: string,
  cancelAmount: number | undefined,
  now: number,
): Payment {
  if (payment.status === 'CANCELED') throw new TossError('ALREADY_CANCELED_PAYMENT');
  if (payment.status !== 'DONE' && payment.status !== 'PARTIAL_CANCELED') {
    throw new TossError('NOT_CANCELABLE_PAYMENT');
  }
  const balance = balanceOf(payment);
  const amount = cancelAmount ?? balance;
  if (amount > balance) throw new TossError('NOT_CANCELABLE_AMOUNT');
  const transactionKey = newTransactionKey();
  const cancel = {
    transactionKey,
    cancelReason,
    cancelAmount: amount,
    refundableAmount: balance - amount,
    canceledAt: now,
  };
  return {
    ...payment,
    status: amount === balance ? 'CANCELED' : 'PARTIAL_CANCELED',
    lastTransactionKey: transactionKey,
    cancels: [...payment.cancels, cancel],
  };
}

/** Shop id, the time in Korea to the second, and five characters, as Toss makes them. */
function newPaymentKey(now: number): string {
  const inKorea = new Date(now + 9 * 3_600_000).toISOString().replaceAll(/[-:T]/g, '');
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const tail = Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return `tonair${inKorea.slice(0, 14)}${tail}`;
}

function newTransactionKey(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
