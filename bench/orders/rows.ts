import { newId, randomText } from '../../common/ids.ts';
import type { Good, Shop } from './shop.ts';

type Value = string | number | null;

/** Units of one SKU that a baseline sells. */
export interface Line {
  readonly good: Good;
  readonly quantity: number;
}

/** The rows of one order, as values in the order of {@link columns}. */
export interface OrderRows {
  readonly orders: Value[];
  readonly order_lines: Value[][];
  readonly stock_movements: Value[][];
  readonly order_history: Value[];
  readonly jobs: Value[];
}

/** The columns that every baseline writes: the same that the services write. */
export const columns: Readonly<Record<keyof OrderRows, readonly string[]>> = {
  orders: [
    ...['id', 'number', 'userId', 'sellerId', 'broadcastId', 'status', 'amount'],
    ...['paymentDeadline', 'createdAt', 'paidAt', 'version'],
  ],
  order_lines: [
    ...['orderId', 'position', 'skuId', 'productId', 'dealId', 'name', 'unitPrice', 'quantity'],
  ],
  stock_movements: [
    ...['id', 'skuId', 'kind', 'quantity', 'orderId', 'reason', 'actor', 'createdAt'],
  ],
  order_history: ['orderId', 'version', 'fromStatus', 'toStatus', 'actor', 'reason', 'at'],
  jobs: [
    ...['id', 'kind', 'payload', 'state', 'availableAt', 'attempts', 'maxAttempts'],
    ...['leaseOwner', 'dedupeKey', 'lastError', 'createdAt'],
  ],
};

const termMs = 600_000;

/** What an order of these lines leaves in the database, but for the counters of stock. */
export function rowsOf(shop: Shop, lines: readonly Line[]): OrderRows {
  const id = newId('ord');
  const userId = newId('usr');
  const now = Date.now();
  const deadline = now + termMs;
  const amount = lines.reduce((sum, { good, quantity }) => sum + good.price * quantity, 0);
  const payload = JSON.stringify({ orderId: id });
  return {
    orders: [
      ...[id, `ORDER-${randomText(8)}`, userId, shop.sellerId, shop.broadcastId],
      ...['awaiting_payment', amount, deadline, now, null, 1],
    ],
    order_lines: lines.map(({ good, quantity }, position) => [
      ...[id, position, good.skuId, good.productId, null, good.name, good.price, quantity],
    ]),
    stock_movements: lines.map(({ good, quantity }) => [
      ...[newId('mov'), good.skuId, 'hold', quantity, id, null, userId, now],
    ]),
    order_history: [id, 1, null, 'awaiting_payment', userId, null, now],
    jobs: [
      ...[newId('job'), 'orders.expire', payload, 'live', deadline + 1_000, 0, 10],
      ...[null, null, null, now],
    ],
  };
}

/** An INSERT of `count` rows. */
export function insertSql(table: keyof OrderRows, count: number): string {
  const slot = `(${columns[table].map(() => '?').join(',')})`;
  const slots = new Array<string>(count).fill(slot).join(',');
  return `INSERT INTO ${table} (${columns[table].join(',')}) VALUES ${slots}`;
}
