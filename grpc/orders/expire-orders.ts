import type { OrdersDeps } from './move-orders.ts';
import { moveOrders } from './move-orders.ts';
import { lockOrders } from './store.ts';

/**
 * Expires those of the orders whose payment deadline is past and that nobody is paying; their
 * stock comes back. Answers their ids. Asked again, it finds nothing to do.
 */
export async function expireOrders(
  deps: OrdersDeps,
  orderIds: readonly string[],
): Promise<string[]> {
  return deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const due = (await lockOrders(tx, orderIds)).filter(
      (order) => order.status === 'awaiting_payment' && order.paymentDeadline <= now,
    );
    await moveOrders(deps, tx, due, {
      to: 'expired',
      by: 'deadline',
      actor: 'system',
      reason: '결제 기한 만료',
    });
    return due.map((order) => order.id);
  });
}
