import { enqueueJobs } from '../db/index.ts';
import { expiryJob } from './expiry-job.ts';
import type { OrdersDeps } from './move-orders.ts';
import { moveOrders } from './move-orders.ts';
import { lockOrders } from './store.ts';

/**
 * Expires those of the orders whose payment deadline is past and that nobody is paying; their
 * stock comes back. Answers their ids. Asked again, it finds nothing to do; asked too early, it
 * leaves word to look again in time.
 */
export async function expireOrders(
  deps: OrdersDeps,
  orderIds: readonly string[],
): Promise<string[]> {
  return deps.db.transaction(async (tx) => {
    const orders = await lockOrders(tx, orderIds);
    const now = deps.clock.now();
    const waiting = orders.filter((order) => order.status === 'awaiting_payment');
    const due = waiting.filter((order) => order.paymentDeadline <= now);
    await moveOrders(deps, tx, due, {
      to: 'expired',
      by: 'deadline',
      actor: 'system',
      reason: '결제 기한 만료',
    });
    // Whoever asked may have a faster clock, and will not ask again.
    const early = waiting.filter((order) => order.paymentDeadline > now);
    await enqueueJobs(tx, early.map(expiryJob), now);
    return due.map((order) => order.id);
  });
}
