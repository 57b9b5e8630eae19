import type { UserActor } from '../../common/auth/index.ts';
import { createCoalescer } from '../../common/coalesce.ts';
import type { Broadcasts } from '../broadcasts/index.ts';
import type { Catalog } from '../catalog/index.ts';
import { createBatcher, createReading, type Outcome, type Reader, type Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { cancelOrder } from './cancel-order.ts';
import type { OrderRow } from './entities.ts';
import { expireOrders } from './expire-orders.ts';
import type { OrdersDeps } from './move-orders.ts';
import { createOrdersPersonalData } from './personal-data.ts';
import { placeOrdersIn } from './place-orders.ts';
import type { CancelOrderInput, PlaceOrderInput } from './requests.ts';
import {
  readSales,
  readSalesBy,
  type Sales,
  type SalesGrouping,
  type SalesOf,
  type SalesPeriod,
} from './sales.ts';
import {
  beginPaymentIn,
  completeRefundIn,
  type EndedPayments,
  endPaymentsIn,
  type PaymentStart,
  turnAwayIn,
} from './settle-orders.ts';
import {
  listOrderIds,
  listOrdersOf,
  type OrderFilter,
  type OrderWithHistory,
  type OrderWithLines,
  readOrders,
  readOrdersWithHistory,
} from './store.ts';

export { OrderRow, ordersEntities } from './entities.ts';
export type { Sales, SalesGrouping, SalesOf } from './sales.ts';
export { createOrdersService } from './service.ts';
export type { PaymentStart } from './settle-orders.ts';
export { verifyOrders } from './verify-orders.ts';

/** Orders, from the claim on stock to the end. */
export interface Orders {
  /**
   * Places one order, in one transaction with all that wait with it.
   * @throws DomainError its own refusal; OVERLOADED; UNAVAILABLE, and then ask again with the id
   */
  placeOrder(input: PlaceOrderInput): Promise<OrderWithLines>;
  cancelOrder(actor: UserActor, input: CancelOrderInput): Promise<void>;
  expireOrders(orderIds: readonly string[]): Promise<string[]>;
  /** Reads an order with its history; those that are asked for meanwhile are read together. */
  readOrder(orderId: string): Promise<OrderWithHistory | undefined>;
  /** A page of a buyer's orders, one more than asked for if there are more; see store.ts. */
  listOrders(filter: OrderFilter): Promise<OrderWithLines[]>;
  /** Reads orders from inside of another domain's transaction. */
  readOrdersIn(read: Reader, orderIds: readonly string[]): Promise<OrderWithLines[]>;
  /** A page of a buyer's order ids, newest first. */
  idsOfBuyer(
    read: Reader,
    page: { readonly userId: string; readonly afterId: string | undefined; readonly limit: number },
  ): Promise<string[]>;
  readonly personalData: PersonalData;
  beginPaymentIn(tx: Tx, starts: readonly PaymentStart[]): Promise<Outcome<OrderRow>[]>;
  turnAwayIn(tx: Tx, orderIds: readonly string[]): Promise<void>;
  endPaymentsIn(tx: Tx, ended: EndedPayments): Promise<void>;
  completeRefundIn(tx: Tx, orderIds: readonly string[]): Promise<void>;
  /** All that a seller sold in a period. */
  sales(period: SalesPeriod): Promise<Sales>;
  /** The same apart; see sales.ts. */
  salesBy(period: SalesPeriod, grouping: SalesGrouping, limit: number): Promise<SalesOf[]>;
  /** Resolves when no order waits for its transaction. */
  drain(): Promise<void>;
}

/** Lists in one read: a hundred orders each, at most. */
const maxListsAtOnce = 32;

export function createOrders(
  domainDeps: DomainDeps,
  catalog: Catalog,
  broadcasts: Broadcasts,
  suspendedAmong: OrdersDeps['suspendedAmong'] = async () => new Set(),
): Orders {
  const deps: OrdersDeps = { ...domainDeps, catalog, broadcasts, suspendedAmong };
  const { db, config } = deps;
  const placing = createBatcher<PlaceOrderInput, OrderWithLines>({
    name: 'orders',
    db,
    maxQueue: config.QUEUE_LIMIT,
    maxWaitMs: config.QUEUE_WAIT_MS,
    run: (tx, inputs, again) => placeOrdersIn(deps, tx, inputs, again),
  });
  const reading = createReading<OrderWithHistory>({
    name: 'reads of orders',
    maxQueue: config.QUEUE_LIMIT,
    read: (ids) => readOrdersWithHistory(db.primary, ids),
  });
  const listing = createCoalescer<OrderFilter, OrderWithLines[]>({
    ...{ name: 'lists of orders', maxQueue: config.QUEUE_LIMIT, maxBatch: maxListsAtOnce },
    async run(filters) {
      const pages = await listOrdersOf(db.read, filters);
      return pages.map((value) => ({ status: 'fulfilled', value }));
    },
  });
  return {
    placeOrder: (input) => placing.submit(input),
    cancelOrder: (actor, input) => cancelOrder(deps, actor, input),
    expireOrders: (orderIds) => expireOrders(deps, orderIds),
    readOrder: (orderId) => reading.submit(orderId),
    listOrders: (filter) => listing.submit(filter),
    readOrdersIn: (read, orderIds) => readOrders(read, orderIds),
    idsOfBuyer: listOrderIds,
    personalData: createOrdersPersonalData(broadcasts),
    beginPaymentIn: (tx, starts) => beginPaymentIn(deps, tx, starts),
    turnAwayIn: (tx, orderIds) => turnAwayIn(deps, tx, orderIds),
    endPaymentsIn: (tx, ended) => endPaymentsIn(deps, tx, ended),
    completeRefundIn: (tx, orderIds) => completeRefundIn(deps, tx, orderIds),
    sales: (period) => readSales(db.read, period),
    salesBy: (period, grouping, limit) => readSalesBy(db.read, period, grouping, limit),
    drain: () => placing.drain(),
  };
}
