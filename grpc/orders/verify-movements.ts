import type { Reader } from '../db/index.ts';

/** States of an order whose units are held, or were sold and not returned. */
const held = `('awaiting_payment','payment_processing')`;
const sold = `('paid','refunding')`;

interface Difference {
  readonly orderId: string;
  readonly skuId: string;
  readonly ordered: number;
  readonly taken: number;
  readonly held: number;
  readonly sold: number;
  readonly journalHeld: number;
  readonly journalSold: number;
}

/**
 * Answers a sentence for each order and SKU of which the journal of stock says something else than
 * where the order stands: units were set aside for it once, and are held, sold or back as its state
 * says. Errors of two orders that cancel each other out in the counters are two sentences here.
 */
export async function verifyMovements(read: Reader): Promise<string[]> {
  const rows = await read.rows<Difference>(
    `SELECT orderId, skuId, SUM(ordered) AS ordered, SUM(taken) AS taken, SUM(held) AS held,
       SUM(sold) AS sold, SUM(journalHeld) AS journalHeld, SUM(journalSold) AS journalSold
     FROM (
       SELECT l.orderId AS orderId, l.skuId AS skuId, l.quantity AS ordered, 0 AS taken,
         CASE WHEN o.status IN ${held} THEN l.quantity ELSE 0 END AS held,
         CASE WHEN o.status IN ${sold} THEN l.quantity ELSE 0 END AS sold,
         0 AS journalHeld, 0 AS journalSold
       FROM order_lines l JOIN orders o ON o.id = l.orderId
       UNION ALL
       SELECT orderId, skuId, 0, CASE kind WHEN 'hold' THEN quantity ELSE 0 END, 0, 0,
         CASE kind WHEN 'hold' THEN quantity WHEN 'release' THEN -quantity
           WHEN 'sell' THEN -quantity ELSE 0 END,
         CASE kind WHEN 'sell' THEN quantity WHEN 'return' THEN -quantity ELSE 0 END
       FROM stock_movements WHERE orderId IS NOT NULL
     ) units GROUP BY orderId, skuId
     HAVING SUM(ordered) <> SUM(taken) OR SUM(held) <> SUM(journalHeld)
       OR SUM(sold) <> SUM(journalSold)`,
  );
  return rows.map(
    (row) =>
      `${row.orderId}: of ${row.skuId} ${row.ordered} ordered, ${row.held} held, ${row.sold} sold; ` +
      `journal says ${row.taken}, ${row.journalHeld}, ${row.journalSold}`,
  );
}
