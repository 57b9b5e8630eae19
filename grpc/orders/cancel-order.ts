import { hasRole, type UserActor } from '../../common/auth/index.ts';
import { type DomainError, NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, onceOrRefused, type Tx } from '../db/index.ts';
import { moveOrders, type OrderStep, type OrdersDeps } from './move-orders.ts';
import { refuseOrderTransition } from './order-state.ts';
import type { CancelOrderInput } from './requests.ts';
import { lockOrders } from './store.ts';

/**
 * Cancels an unpaid order at once; sends a paid one into its refund, which a job carries out. A
 * request id has one outcome, also when it is a refusal: a copy of the request that comes late does
 * not cancel what was paid meanwhile.
 * @throws NotFound also for another user's order; InvalidState while its payment is under way,
 *   and after its end
 */
export async function cancelOrder(
  deps: OrdersDeps,
  actor: UserActor,
  { requestId, orderId, reason }: CancelOrderInput,
): Promise<void> {
  const key = {
    action: 'orders.cancelOrder',
    by: actor.userId,
    requestId,
    input: { orderId, reason },
  };
  const now = deps.clock.now();
  const refusal = await deps.db.transaction((tx) =>
    onceOrRefused(tx, key, now, () => cancelIn(deps, tx, actor, { orderId, reason })),
  );
  if (refusal !== undefined) throw refusal;
}

/** Answers why it is refused, or nothing. */
async function cancelIn(
  deps: OrdersDeps,
  tx: Tx,
  actor: UserActor,
  { orderId, reason }: Pick<CancelOrderInput, 'orderId' | 'reason'>,
): Promise<DomainError | undefined> {
  const [order] = await lockOrders(tx, [orderId]);
  const mine = order?.userId === actor.userId;
  if (order === undefined || !(mine || hasRole(actor, 'admin'))) {
    return new NotFound('order', orderId);
  }
  const step: OrderStep = {
    to: order.status === 'paid' ? 'refunding' : 'cancelled',
    by: mine ? 'buyer' : 'admin',
    actor: actor.userId,
    reason,
  };
  const refusal = refuseOrderTransition(order.status, step.to, step.by);
  if (refusal !== undefined) return refusal;
  await moveOrders(deps, tx, [order], step);
  if (step.to === 'refunding') {
    const now = deps.clock.now();
    await enqueueJobs(tx, [jobOf('payments.refund', { orderId }, now)], now);
  }
  return undefined;
}
