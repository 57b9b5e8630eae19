import { jobOf } from '../../common/jobs.ts';
import type { OrderRow } from './entities.ts';

/** Milliseconds after its deadline that an order is looked at, so that the look is not too early. */
const expiryMarginMs = 1_000;

/** The look at an order once its deadline is past. Every order that awaits payment has one ahead. */
export function expiryJob(order: Pick<OrderRow, 'id' | 'paymentDeadline'>) {
  return jobOf('orders.expire', { orderId: order.id }, order.paymentDeadline + expiryMarginMs);
}
