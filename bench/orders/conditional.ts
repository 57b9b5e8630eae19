import type { ResultSetHeader } from 'mysql2/promise';
import { send } from '../kit/connections.ts';
import { type Baseline, type BaselineOptions, openBaseline, unitsBySku } from './baseline.ts';
import { insertOrder } from './row-lock.ts';
import { rowsOf } from './rows.ts';

/**
 * One transaction an order that writes the order first and takes the stock last, by an UPDATE that
 * finds no row when stock is short: the hot row is locked for the shortest time.
 */
export function openConditional(options: BaselineOptions): Promise<Baseline> {
  const { shop, protocol } = options;
  return openBaseline(options, async (connection, lines) => {
    await insertOrder(connection, protocol, rowsOf(shop, lines));
    for (const [skuId, quantity] of unitsBySku(lines)) {
      const { affectedRows } = await send<ResultSetHeader>(
        connection,
        protocol,
        `UPDATE stock SET available = available - ?, held = held + ?, version = version + 1
         WHERE skuId = ? AND available >= ?`,
        [quantity, quantity, skuId, quantity],
      );
      if (affectedRows === 0) return false;
    }
    return true;
  });
}
