import type { Connection } from 'mysql2/promise';
import { openConnections } from '../kit/connections.ts';
import { latencyHistogram, type Round, roundOf } from '../kit/measure.ts';
import { insertSql, type OrderRows, rowsOf } from './rows.ts';
import type { Shop } from './shop.ts';

/**
 * The ceiling: batches of ready orders as multi-row SQL alone, one transaction each, with nobody to
 * decide for and nobody to answer.
 */
export async function runRawBatch(options: {
  readonly url: string;
  readonly shop: Shop;
  readonly batch: number;
  readonly seconds: number;
}): Promise<Round> {
  const { shop, batch, seconds } = options;
  const [connection] = await openConnections(options.url, 1);
  const good = shop.goods[0];
  if (connection === undefined || good === undefined) throw new Error('nothing to sell with');
  const latencies = latencyHistogram();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let done = 0;
  for (let before = performance.now(); before < endsAt; ) {
    const rows = Array.from({ length: batch }, () => rowsOf(shop, [{ good, quantity: 1 }]));
    await connection.query('START TRANSACTION');
    await connection.query('SELECT available FROM stock WHERE skuId = ? FOR UPDATE', [good.skuId]);
    await insertOrders(connection, rows);
    await connection.query(
      `UPDATE stock SET available = available - ?, held = held + ?, version = version + ?
       WHERE skuId = ?`,
      [batch, batch, batch, good.skuId],
    );
    await connection.query('COMMIT');
    done += batch;
    const after = performance.now();
    latencies.recordValue(Math.round((after - before) * 1_000));
    before = after;
  }
  await connection.end();
  return roundOf(done, (performance.now() - startedAt) / 1_000, latencies);
}

async function insertOrders(connection: Connection, rows: readonly OrderRows[]): Promise<void> {
  for (const table of ['orders', 'order_history', 'jobs'] as const) {
    await connection.query(
      insertSql(table, rows.length),
      rows.flatMap((row) => row[table]),
    );
  }
  for (const table of ['order_lines', 'stock_movements'] as const) {
    const values = rows.flatMap((row) => row[table]);
    await connection.query(insertSql(table, values.length), values.flat());
  }
}
