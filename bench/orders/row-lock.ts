import type { Connection, RowDataPacket } from 'mysql2/promise';
import { type Protocol, send } from '../kit/connections.ts';
import { type Baseline, type BaselineOptions, openBaseline, unitsBySku } from './baseline.ts';
import { insertSql, type OrderRows, rowsOf } from './rows.ts';

/**
 * One transaction an order, as most shops have it: lock the stock rows in sorted order, look, take,
 * write the order, commit.
 */
export function openRowLock(options: BaselineOptions): Promise<Baseline> {
  const { shop, protocol } = options;
  return openBaseline(options, async (connection, lines) => {
    const units = unitsBySku(lines);
    const stocks = await send<RowDataPacket[]>(
      connection,
      protocol,
      `SELECT skuId, available FROM stock WHERE skuId IN (${units.map(() => '?').join(',')})
       ORDER BY skuId FOR UPDATE`,
      units.map(([skuId]) => skuId),
    );
    const available = new Map(stocks.map((row) => [String(row.skuId), Number(row.available)]));
    if (units.some(([skuId, quantity]) => (available.get(skuId) ?? 0) < quantity)) return false;
    for (const [skuId, quantity] of units) {
      await send(
        connection,
        protocol,
        `UPDATE stock SET available = available - ?, held = held + ?, version = version + 1
         WHERE skuId = ?`,
        [quantity, quantity, skuId],
      );
    }
    await insertOrder(connection, protocol, rowsOf(shop, lines));
    return true;
  });
}

/** Writes the rows of an order, one statement a table. */
export async function insertOrder(
  connection: Connection,
  protocol: Protocol,
  rows: OrderRows,
): Promise<void> {
  const { order_lines: lines, stock_movements: movements } = rows;
  await send(connection, protocol, insertSql('orders', 1), rows.orders);
  await send(connection, protocol, insertSql('order_lines', lines.length), lines.flat());
  await send(
    connection,
    protocol,
    insertSql('stock_movements', movements.length),
    movements.flat(),
  );
  await send(connection, protocol, insertSql('order_history', 1), rows.order_history);
  await send(connection, protocol, insertSql('jobs', 1), rows.jobs);
}
