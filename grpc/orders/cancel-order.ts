import { hasRole, type UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, once } from '../db/index.ts';
import { moveOrders, type OrdersDeps } from './move-orders.ts';
import type { CancelOrderInput } from './requests.ts';
import { lockOrders } from './store.ts';

/**
 * Cancels an unpaid order at once; sends a paid one into its refund, which a job carries out.
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
  await deps.db.transaction((tx) =>
    once(tx, key, now, async () => {
      const [order] = await lockOrders(tx, [orderId]);
      const mine = order?.userId === actor.userId;
      if (order === undefined || !(mine || hasRole(actor, 'admin'))) {
        throw new NotFound('order', orderId);
      }
      const step = { by: mine ? 'buyer' : 'admin', actor: actor.userId, reason } as const;
      if (order.status === 'paid') {
        await moveOrders(deps, tx, [order], { ...step, to: 'refunding' });
        await enqueueJobs(tx, [jobOf('payments.refund', { orderId }, now)], now);
      } else {
        await moveOrders(deps, tx, [order], { ...step, to: 'cancelled' });
      }
      return null;
    }),
  );
}
