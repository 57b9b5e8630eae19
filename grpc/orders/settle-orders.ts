import { DomainError, NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import type { Won } from '../../common/money.ts';
import { accepted, enqueueJobs, type Outcome, refused, type Tx } from '../db/index.ts';
import type { OrderRow } from './entities.ts';
import { expiryJob } from './expiry-job.ts';
import { makeMoves, moveOrders, type OrderStep, type OrdersDeps } from './move-orders.ts';
import { refuseOrderTransition } from './order-state.ts';
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
  await moveOrders(deps, tx, begun, { ...payment, to: 'payment_processing' });
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
  const refusal = refuseOrderTransition(order.status, 'payment_processing', 'payment');
  if (refusal !== undefined) return refusal;
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

/** Orders whose payments ended. */
export interface EndedPayments {
  /** They are paid: their stock is sold, and their rooms will hear of it. */
  readonly paid: readonly string[];
  /** They go out of payment: back to waiting, or expired when the deadline is past. */
  readonly unpaid: readonly string[];
}

const payment = { by: 'payment', actor: 'system' } as const;
const failed = { ...payment, reason: '결제 실패' } as const;

/**
 * Ends payments of orders, however they ended, with one lock of the orders and then one of the
 * stock.
 * @throws InvalidState when one of them is not under payment; then none changes
 */
export async function endPaymentsIn(
  deps: OrdersDeps,
  tx: Tx,
  { paid, unpaid }: EndedPayments,
): Promise<void> {
  const orders = await lockAll(tx, [...paid, ...unpaid]);
  const now = deps.clock.now();
  const isPaid = new Set(paid);
  const endOf = ({ id, paymentDeadline }: OrderRow): OrderStep => {
    if (isPaid.has(id)) return { ...payment, to: 'paid' };
    return { ...failed, to: paymentDeadline > now ? 'awaiting_payment' : 'expired' };
  };
  const moves = orders.map((order) => ({ order, step: endOf(order) }));
  const whole = await makeMoves(deps, tx, moves);
  const waiting = moves.filter(({ step }) => step.to === 'awaiting_payment');
  await enqueueJobs(
    tx,
    [
      ...whole.filter(({ id }) => isPaid.has(id)).map((order) => purchaseJob(order, now)),
      // A look that came during the payment passed them over.
      ...waiting.map(({ order }) => expiryJob(order)),
    ],
    now,
  );
}

/**
 * Takes orders out of payments that this transaction began. They wait again even if their deadline
 * passed meanwhile; then their expiry, which moves stock, is due at once.
 */
export async function turnAwayIn(
  deps: OrdersDeps,
  tx: Tx,
  orderIds: readonly string[],
): Promise<void> {
  const orders = await lockAll(tx, orderIds);
  await moveOrders(deps, tx, orders, { ...failed, to: 'awaiting_payment' });
  await enqueueJobs(tx, orders.map(expiryJob), deps.clock.now());
}

/** Ends refunds: the money went back, and so does the stock. */
export async function completeRefundIn(
  deps: OrdersDeps,
  tx: Tx,
  orderIds: readonly string[],
): Promise<void> {
  const orders = await lockAll(tx, orderIds);
  await moveOrders(deps, tx, orders, { ...payment, to: 'refunded' });
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
