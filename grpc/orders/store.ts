import { placeholders, type Reader, type SqlValue, type Tx, type Writer } from '../db/index.ts';
import type { OrderHistoryRow, OrderLineRow, OrderRow } from './entities.ts';
import type { OrderStatus } from './order-state.ts';

/** An order with its lines. */
export interface OrderWithLines extends OrderRow {
  readonly lines: readonly OrderLineRow[];
}

/** An order with its lines and the steps of its life. */
export interface OrderWithHistory extends OrderWithLines {
  readonly history: readonly OrderHistoryRow[];
}

/** Writes new orders with their lines and the first row of their history. */
export async function insertOrders(tx: Writer, orders: readonly OrderWithLines[]): Promise<void> {
  if (orders.length === 0) return;
  const history = orders.map((order) => ({
    orderId: order.id,
    version: order.version,
    fromStatus: null,
    toStatus: order.status,
    actor: order.userId,
    reason: null,
    at: order.createdAt,
  }));
  await Promise.all([
    tx.insert(
      'orders',
      orders.map(({ lines: _lines, ...order }) => order),
    ),
    tx.insert(
      'order_lines',
      orders.flatMap(({ lines }) => lines.map((line) => ({ ...line }))),
    ),
    insertHistory(tx, history),
  ]);
}

export async function insertHistory(tx: Writer, rows: readonly OrderHistoryRow[]): Promise<void> {
  await tx.insert(
    'order_history',
    rows.map((row) => ({ ...row })),
  );
}

/** Orders by id, locked in sorted order; unknown ids are left out. */
export async function lockOrders(tx: Tx, ids: readonly string[]): Promise<OrderRow[]> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length === 0) return [];
  return tx.rows<OrderRow>(
    `SELECT * FROM orders WHERE id IN (${placeholders(sorted)}) ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
}

/** Orders by id with their lines; unknown ids are left out. */
export async function readOrders(read: Reader, ids: readonly string[]): Promise<OrderWithLines[]> {
  if (ids.length === 0) return [];
  const orders = await read.rows<OrderRow>(
    `SELECT * FROM orders WHERE id IN (${placeholders(ids)})`,
    ids,
  );
  return withLines(read, orders);
}

/** As {@link readOrders}, with what stood in their history, all read at once. */
export async function readOrdersWithHistory(
  read: Reader,
  ids: readonly string[],
): Promise<OrderWithHistory[]> {
  if (ids.length === 0) return [];
  const slots = placeholders(ids);
  const [orders, lines, history] = await Promise.all([
    read.rows<OrderRow>(`SELECT * FROM orders WHERE id IN (${slots})`, ids),
    readLines(read, ids),
    read.rows<OrderHistoryRow>(
      `SELECT * FROM order_history WHERE orderId IN (${slots}) ORDER BY orderId, version`,
      ids,
    ),
  ]);
  const [linesOf, historyOf] = [
    Map.groupBy(lines, ({ orderId }) => orderId),
    Map.groupBy(history, ({ orderId }) => orderId),
  ];
  return orders.map((order) => ({
    ...order,
    lines: linesOf.get(order.id) ?? [],
    history: historyOf.get(order.id) ?? [],
  }));
}

/** Puts their lines to orders. */
export async function withLines(
  read: Reader,
  orders: readonly OrderRow[],
): Promise<OrderWithLines[]> {
  if (orders.length === 0) return [];
  const ids = orders.map((order) => order.id);
  const byOrder = Map.groupBy(await readLines(read, ids), (line) => line.orderId);
  return orders.map((order) => ({ ...order, lines: byOrder.get(order.id) ?? [] }));
}

function readLines(read: Reader, orderIds: readonly string[]): Promise<OrderLineRow[]> {
  return read.rows<OrderLineRow>(
    `SELECT * FROM order_lines WHERE orderId IN (${placeholders(orderIds)})
     ORDER BY orderId, position`,
    orderIds,
  );
}

export interface OrderFilter {
  readonly userId: string;
  readonly status: OrderStatus | undefined;
  readonly afterId: string | undefined;
  readonly limit: number;
}

/**
 * Pages of buyers' orders, newest first, each with one more row than asked for if there are more: one
 * statement for all of them, and one for their lines.
 */
export async function listOrdersOf(
  read: Reader,
  filters: readonly OrderFilter[],
): Promise<OrderWithLines[][]> {
  const parameters: SqlValue[] = [];
  const pages = filters.map(({ userId, afterId, status, limit }, page) => {
    parameters.push(userId, afterId ?? '~', ...(status === undefined ? [] : [status]));
    const only = status === undefined ? '' : 'AND status = ?';
    return `SELECT ${page} AS page, found.* FROM (
      SELECT * FROM orders WHERE userId = ? AND id < ? ${only} ORDER BY id DESC LIMIT ${limit + 1}
    ) AS found`;
  });
  const rows = await read.rows<OrderRow & { page: number }>(pages.join(' UNION ALL '), parameters);
  // No order is promised of rows that came by UNION.
  rows.sort((a, b) => (a.id < b.id ? 1 : -1));
  const byPage = Map.groupBy(rows, ({ page }) => Number(page));
  const withoutPage = rows.map(({ page: _page, ...row }) => row);
  const unique = new Map(withoutPage.map((row) => [row.id, row]));
  const whole = await withLines(read, [...unique.values()]);
  const byId = new Map(whole.map((order) => [order.id, order]));
  return filters.map((_, page) => (byPage.get(page) ?? []).flatMap(({ id }) => byId.get(id) ?? []));
}

/** A page of the ids of a buyer's orders, newest first. */
export async function listOrderIds(
  read: Reader,
  { userId, afterId, limit }: Omit<OrderFilter, 'status'>,
): Promise<string[]> {
  const rows = await read.rows<Pick<OrderRow, 'id'>>(
    `SELECT id FROM orders WHERE userId = ? AND id < ? ORDER BY id DESC LIMIT ${limit}`,
    [userId, afterId ?? '~'],
  );
  return rows.map((row) => row.id);
}

/** One such page. */
export async function listOrders(read: Reader, filter: OrderFilter): Promise<OrderWithLines[]> {
  const [page] = await listOrdersOf(read, [filter]);
  return page ?? [];
}

/** Writes the state of orders that made the same step. */
export async function writeStatus(
  tx: Tx,
  orders: readonly OrderRow[],
  to: OrderStatus,
  paidAt: number | null,
): Promise<void> {
  await tx.execute(
    `UPDATE orders SET status = ?, paidAt = COALESCE(paidAt, ?), version = version + 1
     WHERE id IN (${placeholders(orders)})`,
    [to, paidAt, ...orders.map((order) => order.id)],
  );
}
