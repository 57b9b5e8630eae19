import { setTimeout as delay } from 'node:timers/promises';
import { type Plan, planOf } from './behaviour.ts';
import { TossError } from './errors.ts';
import { aborted, canceled, checkConfirm, confirmed, type Payment } from './payment.ts';
import { toPaymentObject } from './payment-object.ts';
import type { TossStore } from './store.ts';

/** What a call is answered. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** The answer never leaves. */
  readonly silent: boolean;
}

export interface ConfirmInput {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly amount: number;
}

export interface CancelInput {
  readonly paymentKey: string;
  readonly cancelReason: string;
  readonly cancelAmount?: number | undefined;
}

/** Takes and returns money. `scope` is what an idempotent call is known by again. */
export interface Desk {
  confirm(input: ConfirmInput, scope: string | undefined): Promise<Reply>;
  cancel(input: CancelInput, scope: string | undefined): Promise<Reply>;
}

interface Operation {
  readonly paymentKey: string;
  readonly scope: string | undefined;
  readonly plan: (payment: Payment) => Plan;
  readonly counted: (payment: Payment) => Payment;
  readonly calls: (payment: Payment) => number;
  /** Throws TossError when it can't be done. */
  readonly perform: (payment: Payment) => Payment;
  readonly decline: (payment: Payment, error: TossError) => Payment;
}

/** The desk over the books. */
export function createDesk(store: TossStore, now: () => number): Desk {
  const underWay = new Set<string>();

  async function handle(operation: Operation): Promise<Reply> {
    const { scope } = operation;
    const payment = countCall(operation);
    const plan = operation.plan(payment);
    if (plan.lost) return { status: 0, body: null, silent: true };
    const kept = scope === undefined ? undefined : store.answerTo(scope);
    if (kept !== undefined) return kept;
    if (scope === undefined) return work(operation, plan);
    if (underWay.has(scope)) throw new TossError('IDEMPOTENT_REQUEST_PROCESSING');
    underWay.add(scope);
    try {
      return await work(operation, plan);
    } finally {
      underWay.delete(scope);
    }
  }

  function countCall(operation: Operation): Payment {
    const payment = operation.counted(find(operation.paymentKey));
    store.save(payment);
    return payment;
  }

  async function work(operation: Operation, plan: Plan): Promise<Reply> {
    if (plan.failsFirst && operation.calls(find(operation.paymentKey)) === 1) {
      // Not kept: Toss does not say whether it repeats a 500 for the same idempotency key.
      throw new TossError('FAILED_INTERNAL_SYSTEM_PROCESSING');
    }
    if (plan.delayMs > 0) await delay(plan.delayMs, undefined, { ref: false });
    const payment = find(operation.paymentKey);
    const { next, status, body } = decide(operation, plan, payment);
    const reply = { status, body, silent: plan.silent };
    const { scope } = operation;
    store.save(next, scope === undefined ? undefined : { ...reply, scope });
    return reply;
  }

  function find(paymentKey: string): Payment {
    const payment = store.byKey(paymentKey);
    if (payment === undefined) throw new TossError('NOT_FOUND_PAYMENT');
    return payment;
  }

  return {
    confirm: ({ paymentKey, orderId, amount }, scope) =>
      handle({
        paymentKey,
        scope,
        plan: (payment) => planOf(payment.confirmBehaviour),
        counted: (payment) => ({ ...payment, confirmCalls: payment.confirmCalls + 1 }),
        calls: (payment) => payment.confirmCalls,
        perform(payment) {
          checkConfirm(payment, orderId, amount);
          return confirmed(payment, now());
        },
        decline: aborted,
      }),
    cancel: ({ paymentKey, cancelReason, cancelAmount }, scope) =>
      handle({
        paymentKey,
        scope,
        plan: (payment) => planOf(payment.cancelBehaviour),
        counted: (payment) => ({ ...payment, cancelCalls: payment.cancelCalls + 1 }),
        calls: (payment) => payment.cancelCalls,
        perform: (payment) => canceled(payment, cancelReason, cancelAmount, now()),
        // A cancel that is refused leaves the payment as it was.
        decline: (payment) => payment,
      }),
  };
}

interface Decision {
  readonly next: Payment;
  readonly status: number;
  readonly body: unknown;
}

function decide(operation: Operation, plan: Plan, payment: Payment): Decision {
  try {
    const performed = operation.perform(payment);
    if (plan.declineCode === undefined) {
      return { next: performed, status: 200, body: toPaymentObject(performed) };
    }
    const error = new TossError(plan.declineCode);
    return { ...refusal(error), next: operation.decline(payment, error) };
  } catch (error) {
    if (!(error instanceof TossError)) throw error;
    return { ...refusal(error), next: payment };
  }
}

function refusal(error: TossError): { status: number; body: unknown } {
  return { status: error.status, body: toErrorObject(error) };
}

/** Toss' error object. */
export function toErrorObject(error: TossError): { code: string; message: string } {
  return { code: error.code, message: error.message };
}
