import type { EpochMs } from '../../common/clock.ts';
import type { Reader } from '../db/index.ts';

/** Whose sales, and of when: paid from `from` on and before `to`. */
export interface SalesPeriod {
  readonly sellerId: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** What sales are summed up by; a day is one of Asia/Seoul. */
export type SalesGrouping = 'day' | 'product' | 'broadcast';

/**
 * Sales of orders that were paid. What was cancelled after its payment counts as refunded from the
 * cancellation on, at the time of the payment; an order that was never paid counts nowhere.
 */
export interface Sales {
  /** Won that was paid. */
  readonly gross: number;
  /** Won of it that went back, or is going back. */
  readonly refunded: number;
  /** Orders that were paid. */
  readonly orders: number;
  readonly refundedOrders: number;
  readonly units: number;
  readonly refundedUnits: number;
  /** People who paid, each once. */
  readonly buyers: number;
}

/** Sales of one day, product or broadcast. */
export interface SalesOf extends Sales {
  /** The product's or broadcast's id, or when the day begins (epoch ms). */
  readonly key: string | number;
}

const seoulOffsetMs = 9 * 3_600_000;
const dayMs = 86_400_000;

const keys: Readonly<Record<SalesGrouping, string>> = {
  day: `o.paidAt - (o.paidAt + ${seoulOffsetMs}) % ${dayMs}`,
  product: 'l.productId',
  broadcast: 'o.broadcastId',
};

const isRefunded = `o.status IN ('refunding','refunded')`;
const amount = 'l.unitPrice * l.quantity';

const figures = `
  COALESCE(SUM(${amount}), 0) AS gross,
  COALESCE(SUM(CASE WHEN ${isRefunded} THEN ${amount} ELSE 0 END), 0) AS refunded,
  COUNT(DISTINCT o.id) AS orders,
  COUNT(DISTINCT CASE WHEN ${isRefunded} THEN o.id END) AS refundedOrders,
  COALESCE(SUM(l.quantity), 0) AS units,
  COALESCE(SUM(CASE WHEN ${isRefunded} THEN l.quantity ELSE 0 END), 0) AS refundedUnits,
  COUNT(DISTINCT o.userId) AS buyers`;

/** The seller's orders by ix_orders_seller_paid, each with its lines by their key. */
const paidLines = `FROM orders o JOIN order_lines l ON l.orderId = o.id
  WHERE o.sellerId = ? AND o.paidAt >= ? AND o.paidAt < ?`;

/** All sales of the period together. */
export async function readSales(
  reader: Reader,
  { sellerId, from, to }: SalesPeriod,
): Promise<Sales> {
  const [sales] = await reader.rows<Sales>(`SELECT ${figures} ${paidLines}`, [sellerId, from, to]);
  if (sales === undefined) throw new Error('a sum has no row');
  return sales;
}

/**
 * Sales of the period apart, at most `limit`: days in their order, others by what they brought.
 * Days without sales are left out.
 */
export function readSalesBy(
  reader: Reader,
  { sellerId, from, to }: SalesPeriod,
  grouping: SalesGrouping,
  limit: number,
): Promise<SalesOf[]> {
  const order = grouping === 'day' ? 'groupKey' : 'gross DESC, groupKey';
  return reader
    .rows<Sales & { groupKey: string | number }>(
      `SELECT ${keys[grouping]} AS groupKey, ${figures} ${paidLines}
       GROUP BY groupKey ORDER BY ${order} LIMIT ${limit}`,
      [sellerId, from, to],
    )
    .then((rows) => rows.map(({ groupKey, ...sales }) => ({ ...sales, key: groupKey })));
}
