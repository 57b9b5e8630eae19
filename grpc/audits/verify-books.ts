import { verifyStock } from '../catalog/index.ts';
import type { Reader } from '../db/index.ts';
import { verifyFollows } from '../follows/index.ts';
import { verifyOrders } from '../orders/index.ts';
import { verifyPayments } from '../payments/index.ts';
import { sumOfBalances, verifyLedger } from '../points/index.ts';
import { verifyPolls } from '../polls/index.ts';
import { verifyQuestions } from '../questions/index.ts';

/** What the books say of themselves. */
export interface Books {
  /** Sentences, one for each difference; empty when every invariant holds. */
  readonly differences: readonly string[];
  /** Sum of all balances of the points ledger. */
  readonly pointsTotal: number;
}

/**
 * Rebuilds every counter and balance from its journal and compares. On a busy platform a domain is
 * read a moment after the other, so a difference counts only if it is there again.
 */
export async function verifyBooks(read: Reader): Promise<Books> {
  const differences = [
    ...(await verifyStock(read)),
    ...(await verifyOrders(read)),
    ...(await verifyPayments(read)),
    ...(await verifyMoneyAndOrders(read)),
    ...(await verifyLedger(read)),
    ...(await verifyFollows(read)),
    ...(await verifyPolls(read)),
    ...(await verifyQuestions(read)),
  ];
  return { differences, pointsTotal: await sumOfBalances(read) };
}

/**
 * Every paid order has the money of exactly one payment, and every payment that holds money has
 * such an order. The one look across the tables of two domains; it changes neither.
 */
async function verifyMoneyAndOrders(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ id: string; amount: number; status: string; taken: number }>(
    `SELECT o.id AS id, o.amount AS amount, o.status AS status, COALESCE(SUM(p.amount), 0) AS taken
     FROM orders o LEFT JOIN payments p
       ON p.orderId = o.id AND p.status IN ('captured', 'refunding')
     GROUP BY o.id, o.amount, o.status
     HAVING COALESCE(SUM(p.amount), 0)
       <> CASE WHEN o.status IN ('paid', 'refunding') THEN o.amount ELSE 0 END`,
  );
  return rows.map(({ id, amount, status, taken }) => {
    return `${id}: is ${status} and costs ${amount}, payments hold ${taken}`;
  });
}
