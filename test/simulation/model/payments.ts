import { completePayment, completeRefund, leavePayment } from './orders.ts';
import { post, refundHold, voidHold } from './points.ts';
import type { Payment, World } from './world.ts';

type Status = Payment['status'];

const steps: Readonly<Record<Status, readonly Status[]>> = {
  confirming: ['unknown', 'captured', 'failed'],
  unknown: ['captured', 'failed'],
  captured: ['refunding'],
  failed: [],
  refunding: ['refunded'],
  refunded: [],
};

/** The states a payment went through in so many steps, the last one included; undefined if none. */
export function pathOf(from: Status, to: Status, count: number): Status[] | undefined {
  if (count === 0) return from === to ? [] : undefined;
  for (const next of steps[from]) {
    const rest = pathOf(next, to, count - 1);
    if (rest !== undefined) return [next, ...rest];
  }
  return undefined;
}

/** Takes a payment one step on, with what follows for its order and its points. */
export function stepPayment(world: World, paymentId: string, to: Status): void {
  const payment = world.payments.need(paymentId);
  if (!steps[payment.status].includes(to)) {
    throw new Error(`the model's payment ${paymentId} is ${payment.status}`);
  }
  const byPoints = payment.method === 'points';
  if (to === 'captured') {
    completePayment(world, payment.orderId);
    if (byPoints) post(world, payment.reference);
  } else if (to === 'failed') {
    leavePayment(world, payment.orderId);
    if (byPoints) voidHold(world, payment.reference);
  } else if (to === 'refunded') {
    completeRefund(world, payment.orderId);
    if (byPoints) refundHold(world, payment.reference);
  } else if (to === 'refunding' && world.orders.need(payment.orderId).status !== 'refunding') {
    throw new Error(`nobody cancelled the order of ${paymentId}`);
  }
  world.payments.set(paymentId, { ...payment, status: to, version: payment.version + 1 });
}
