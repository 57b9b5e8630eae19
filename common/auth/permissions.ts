import type { RpcName } from '../rpc/services.ts';
import type { Actor, Role } from './actor.ts';

/** Who may call: a role, anyone at all, or one of our own processes. */
export type Principal = 'anonymous' | Role | 'service';

const anyone: readonly Principal[] = ['anonymous', 'viewer', 'seller', 'admin', 'service'];
const people: readonly Principal[] = ['viewer', 'seller', 'admin'];
const peopleAndServices: readonly Principal[] = ['viewer', 'seller', 'admin', 'service'];
const sellers: readonly Principal[] = ['seller'];
const admins: readonly Principal[] = ['admin'];
const processes: readonly Principal[] = ['service'];

/**
 * The one table of who may do what, read by the gRPC server and by the REST edge. It says which
 * kinds of caller an action is open to; that a product is the caller's own is the domain's check.
 */
export const permissions: Readonly<Record<RpcName, readonly Principal[]>> = {
  'users.signUp': anyone,
  'users.logIn': anyone,
  'users.refreshSession': anyone,
  'users.logOut': anyone,
  'users.getUser': peopleAndServices,
  'users.grantRole': admins,
  'users.revokeRole': admins,
  'users.getSigningKeys': anyone,

  'catalog.createProduct': sellers,
  'catalog.updateProduct': sellers,
  'catalog.getProduct': anyone,
  'catalog.batchGetProducts': anyone,
  'catalog.listProducts': anyone,
  'catalog.adjustStock': sellers,
  'catalog.listStockMovements': ['seller', 'admin'],

  'broadcasts.createBroadcast': sellers,
  'broadcasts.updateBroadcast': sellers,
  'broadcasts.getBroadcast': anyone,
  'broadcasts.listBroadcasts': anyone,
  'broadcasts.setBroadcastProducts': sellers,
  'broadcasts.highlightProduct': sellers,
  'broadcasts.startBroadcast': sellers,
  'broadcasts.endBroadcast': ['seller', 'admin'],
  'broadcasts.pinNotice': sellers,
  'broadcasts.createDeal': sellers,
  'broadcasts.closeDeal': ['seller', 'admin'],
  'broadcasts.announceDeals': processes,
  'broadcasts.reportAttendance': processes,

  'orders.placeOrders': peopleAndServices,
  'orders.getOrder': peopleAndServices,
  'orders.listOrders': peopleAndServices,
  'orders.cancelOrder': people,
  'orders.expireOrders': processes,

  'payments.payOrder': people,
  'payments.getPayment': peopleAndServices,
  'payments.listPayments': peopleAndServices,
  'payments.settlePayments': processes,
  'payments.refundPayments': processes,

  'points.charge': admins,
  'points.hold': processes,
  'points.post': processes,
  'points.void': processes,
  'points.getBalance': peopleAndServices,
  'points.listTransfers': peopleAndServices,
  'points.expireLots': processes,

  'chat.postMessages': processes,
  'chat.listMessages': anyone,
  'chat.postPurchases': processes,

  'jobs.leaseJobs': processes,
  'jobs.completeJobs': processes,
  'jobs.failJobs': processes,
  'jobs.enqueueTick': processes,
  'jobs.listDeadJobs': admins,
  'jobs.retryDeadJob': admins,

  'audits.verifyBooks': admins,
  'jobs.pruneRequests': processes,
  'jobs.pruneJobs': processes,
};

/** Whether the table opens the action to this caller. */
export function isPermitted(actor: Actor, action: RpcName): boolean {
  const allowed = permissions[action];
  if (actor.kind === 'user') return actor.roles.some((role) => allowed.includes(role));
  return allowed.includes(actor.kind);
}
