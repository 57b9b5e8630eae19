import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { newId } from '../../common/ids.ts';

/** A user with points, all of one lot. */
export interface Wallet {
  readonly userId: string;
  readonly lotId: string;
}

const rowsPerInsert = 1_000;
/** Points of each wallet: more than any benchmark spends. */
const balance = 100_000_000;
const yearMs = 365 * 86_400_000;

/** Opens wallets as charges would, and the accounts of the platform. */
export async function openWallets(url: string, count: number): Promise<readonly Wallet[]> {
  const connection = await createConnection(url);
  const now = Date.now();
  const wallets = Array.from({ length: count }, () => {
    return { userId: newId('usr'), lotId: newId('lot'), chargeId: newId('trf') };
  });
  const insert = async (into: string, rows: readonly (string | number | null)[][]) => {
    for (let from = 0; from < rows.length; from += rowsPerInsert) {
      await connection.query(`INSERT INTO ${into} VALUES ?`, [
        rows.slice(from, from + rowsPerInsert),
      ]);
    }
  };
  await insert('point_accounts (id, posted, pendingOut)', [
    ['issuance', -balance * count, 0],
    ['sales', 0, 0],
    ...wallets.map(({ userId }) => [userId, balance, 0]),
  ]);
  await insert(
    'point_lots (id, userId, chargeId, amount, remaining, live, expiresAt)',
    wallets.map(({ userId, lotId, chargeId }) => [
      ...[lotId, userId, chargeId, balance, balance, 1, now + yearMs],
    ]),
  );
  await insert(
    `point_transfers (id, kind, userId, debitAccount, creditAccount, amount, holdId, resolvedHoldId,
     reference, reason, actor, createdAt)`,
    wallets.map(({ userId, chargeId }) => [
      ...[chargeId, 'charge', userId, 'issuance', userId, balance, null, null],
      ...['', 'bench', 'system', now],
    ]),
  );
  await connection.end();
  return wallets;
}

/** @throws Error when balances don't sum to zero, or the lots don't have what the accounts have */
export async function checkBooks(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, supportBigNumbers: true });
  const one = async (sql: string) => {
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return Number(rows[0]?.value);
  };
  const sum = await one('SELECT SUM(posted) AS value FROM point_accounts');
  const spent = await one(`SELECT SUM(amount) AS value FROM point_transfers WHERE kind = 'post'`);
  const sales = await one(`SELECT posted AS value FROM point_accounts WHERE id = 'sales'`);
  const lots = await one('SELECT SUM(remaining) AS value FROM point_lots');
  const free = await one(
    `SELECT SUM(posted - pendingOut) AS value FROM point_accounts
     WHERE id NOT IN ('issuance', 'sales')`,
  );
  await connection.end();
  if (sum !== 0 || spent !== sales || lots !== free) {
    throw new Error(`the books: sum ${sum}, spent ${spent}, sales ${sales}, ${lots} of ${free}`);
  }
}
