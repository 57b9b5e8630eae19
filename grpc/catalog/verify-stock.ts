import type { Reader } from '../db/index.ts';
import type { StockRow } from './entities.ts';
import { isBalanced } from './stock-rules.ts';

interface Rebuilt extends StockRow {
  readonly journalReceived: number;
  readonly journalAdjustedOut: number;
  readonly journalAvailable: number;
  readonly journalHeld: number;
  readonly journalSold: number;
}

/**
 * Rebuilds every SKU's counters from its journal and answers a sentence for each difference, and
 * for each SKU whose counters break received - adjustedOut = available + held + sold.
 */
export async function verifyStock(read: Reader): Promise<string[]> {
  const sum = (plus: string, minus = '') =>
    `COALESCE(SUM(CASE WHEN m.kind IN (${plus}) THEN m.quantity
      ${minus === '' ? '' : `WHEN m.kind IN (${minus}) THEN -m.quantity`} ELSE 0 END), 0)`;
  const rows = await read.rows<Rebuilt>(
    `SELECT s.*,
       ${sum(`'receive'`)} AS journalReceived,
       ${sum(`'adjust_out'`)} AS journalAdjustedOut,
       ${sum(`'receive','release','return'`, `'adjust_out','hold'`)} AS journalAvailable,
       ${sum(`'hold'`, `'release','sell'`)} AS journalHeld,
       ${sum(`'sell'`, `'return'`)} AS journalSold
     FROM stock s LEFT JOIN stock_movements m ON m.skuId = s.skuId GROUP BY s.skuId`,
  );
  return rows.flatMap((row) => {
    const differences = [
      ['received', row.received, row.journalReceived],
      ['adjustedOut', row.adjustedOut, row.journalAdjustedOut],
      ['available', row.available, row.journalAvailable],
      ['held', row.held, row.journalHeld],
      ['sold', row.sold, row.journalSold],
    ] as const;
    const wrong = differences
      .filter(([, counter, journal]) => counter !== Number(journal))
      .map(
        ([name, counter, journal]) =>
          `${row.skuId}: ${name} is ${counter}, journal says ${journal}`,
      );
    return isBalanced(row) ? wrong : [...wrong, `${row.skuId}: the stock equation does not hold`];
  });
}
