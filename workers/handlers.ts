import { announceDeals } from './broadcasts/announce-deals.ts';
import { postPurchases } from './chat/post-purchases.ts';
import type { JobHandlers } from './job.ts';
import { pruneJobs, pruneRequests } from './jobs/prune.ts';
import { expireOrders } from './orders/expire-orders.ts';
import { refundPayments } from './payments/refund-payments.ts';
import { settlePayments } from './payments/settle-payments.ts';
import { expireLots } from './points/expire-lots.ts';

/** Who handles what. */
export const handlers: JobHandlers = {
  'orders.expire': expireOrders,
  'payments.settle': settlePayments,
  'payments.refund': refundPayments,
  'chat.purchases': postPurchases,
  'broadcasts.announce-deals': announceDeals,
  'points.expire-lots': expireLots,
  'requests.prune': pruneRequests,
  'jobs.prune': pruneJobs,
};
