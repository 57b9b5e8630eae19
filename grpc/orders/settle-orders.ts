import { DomainError, NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import type { Won } from '../../common/money.ts';
import { accepted, enqueueJobs, type Outcome, refused, type Tx } from '../db/index.ts';
import type { OrderRow } from './entities.ts';
import { expiryJob } from './expiry-job.ts';
import { moveOrders, type OrdersDeps } from './move-orders.ts';
import { assertOrderTransition } from './order-state.ts';
import { lockOrders, type OrderWithLines } from './store.ts';

/** A payment that wants to begin. */
export interface PaymentStart {
  readonly orderId: string;
  readonly userId: string;
  readonly amount: Won;
}

/**
 * Puts orders under payment, each decided by itself: from here on they can't expire.
 * Refuses NOT_FOUND (also for another user's order), INVALID_STATE, AMOUNT_MISMATCH,
 * PAYMENT_DEADLINE_PASSED.
 */
export async function beginPaymentIn(
  deps: OrdersDeps,
  tx: Tx,
  starts: readonly PaymentStart[],
): Promise<Outcome<OrderRow>[]> {
  const rows = await lockOrders(
    tx,
    starts.map((start) => start.orderId),
  );
  const orders = new Map(rows.map((order) => [order.id, order]));
  const begun: OrderRow[] = [];
  const outcomes = starts.map((start): Outcome<OrderRow> => {
    const order = orders.get(start.orderId);
    const refusal = refuseStart(order, start, deps.clock.now());
    if (order === undefined || refusal !== undefined) {
      return refused(refusal ?? new NotFound('order', start.orderId));
    }
    begun.push(order);
    orders.set(order.id, { ...order, status: 'payment_processing' });
    return accepted(order);
  });
  await moveOrders(deps, tx, begun, { to: 'payment_processing', by: 'payment', actor: 'system' });
  return outcomes;
}

function refuseStart(
  order: OrderRow | undefined,
  start: PaymentStart,
  now: number,
): DomainError | undefined {
  if (order === undefined || order.userId !== start.userId) {
    return new NotFound('order', start.orderId);
  }
  try {
    assertOrderTransition(order.status, 'payment_processing', 'payment');
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  if (order.paymentDeadline <= now) {
    return new DomainError('PAYMENT_DEADLINE_PASSED', `order ${order.id} was due`, {
      paymentDeadline: String(order.paymentDeadline),
    });
  }
  if (order.amount !== start.amount) {
    return new DomainError('AMOUNT_MISMATCH', `order ${order.id} costs ${order.amount}`, {
      amount: String(order.amount),
    });
  }
  return undefined;
}

/** Marks orders paid: their stock is sold, and their rooms will hear of it. */
export async function completePaymentIn(
  deps: OrdersDeps,
  tx: Tx,
  orderIds: readonly string[],
): Promise<void> {
  const orders = await lockAll(tx, orderIds);
  const paid = await moveOrders(deps, tx, orders, { to: 'paid', by: 'payment', actor: 'system' });
  const now = deps.clock.now();
  await enqueueJobs(
    tx,
    paid.map((order) => purchaseJob(order, now)),
    now,
  );
}

/** Takes orders out of payment: back to waiting, or expired when the deadline is past. */
export async function abandonPaymentIn(
  deps: OrdersDeps,
  tx: Tx,
  orderIds: readonly string[],
): Promise<void> {
  const orders = await lockAll(tx, orderIds);
  const now = deps.clock.now();
  const late = orders.filter((order) => order.paymentDeadline <= now);
  const waiting = orders.filter((order) => order.paymentDeadline > now);
  const step = { by: 'payment', actor: 'system', reason: '결제 실패' } as const;
  await moveOrders(deps, tx, late, { ...step, to: 'expired' });
  await moveOrders(deps, tx, waiting, { ...step, to: 'awaiting_payment' });
  // A look that came during the payment passed them over.
  await enqueueJobs(tx, waiting.map(expiryJob), now);
}

/** Ends refunds: the money went back, and so does the stock. */
export async function completeRefundIn(
  deps: OrdersDeps,
  tx: Tx,
  orderIds: readonly string[],
): Promise<void> {
  const orders = await lockAll(tx, orderIds);
  await moveOrders(deps, tx, orders, { to: 'refunded', by: 'payment', actor: 'system' });
}

async function lockAll(tx: Tx, orderIds: readonly string[]): Promise<OrderRow[]> {
  const orders = await lockOrders(tx, orderIds);
  if (orders.length !== new Set(orderIds).size) throw new Error('an order vanished');
  return orders;
}

function purchaseJob(order: OrderWithLines, now: number) {
  const [first] = order.lines;
  const rest = order.lines.length - 1;
  const name = first?.name ?? '';
  return jobOf(
    'chat.purchases',
    {
      orderId: order.id,
      broadcastId: order.broadcastId,
      userId: order.userId,
      summary: rest > 0 ? `${name} 외 ${rest}건` : name,
      quantity: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    },
    now,
  );
}
