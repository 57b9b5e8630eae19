import type { Reader } from '../db/index.ts';
import { ledgerInvariants } from './ledger-invariants.ts';

/**
 * Rebuilds the ledger from its transfers and answers a sentence for each difference, a hundred at
 * most for each rule; empty means that the ledger is sound. Each rule is one statement, so it sees
 * one moment of the database and finds nothing false while transfers go on.
 *
 * What holds at every commit:
 * - all posted balances sum to zero;
 * - an account's posted balance is what its charges, posts, refunds and expiries gave and took;
 * - what is pending out of it is its holds without their posts and voids;
 * - no user has more pending than posted, nor anything below zero;
 * - what a user can still hold (posted - pending) is what remains of the user's lots;
 * - a charge makes one lot of its amount, and a lot's rest is that without what was taken from it;
 * - a hold or expiry takes its amount from lots of its user, a void or refund gives its amount back
 *   to the lots that its hold took from, a charge or post touches none;
 * - a hold is resolved once, for its whole amount; only a posted one is refunded, never beyond it;
 * - the two accounts of a transfer are those of its kind.
 */
export async function verifyLedger(read: Reader): Promise<string[]> {
  const differences: string[] = [];
  for (const { rule, sql } of ledgerInvariants) {
    const rows = await read.rows<{ subject: string; detail: string }>(`${sql} LIMIT 100`);
    differences.push(...rows.map((row) => `${row.subject}: ${rule}${row.detail}`));
  }
  return differences;
}

/** Sum of all posted balances, the platform's own accounts included; 0 when the ledger is sound. */
export async function sumOfBalances(read: Reader): Promise<number> {
  const row = await read.row<{ total: number }>(
    'SELECT COALESCE(SUM(posted), 0) AS total FROM point_accounts',
  );
  return Number(row?.total ?? 0);
}
