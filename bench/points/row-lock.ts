import type { Connection, RowDataPacket } from 'mysql2/promise';
import { newId } from '../../common/ids.ts';
import { openConnections, type Protocol, send } from '../kit/connections.ts';
import type { Wallet } from './wallets.ts';

/** Spends points, one transaction a transfer. */
export interface RowLock {
  /** Holds points of a wallet, then posts the hold. */
  spend(worker: number, wallet: Wallet, amount: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * The ledger as most have it: each transfer locks its accounts, looks, writes its row, the lot and
 * the balances, and commits. The account that everyone needs is locked last.
 */
export async function openRowLock(options: {
  readonly url: string;
  readonly connections: number;
  readonly protocol: Protocol;
}): Promise<RowLock> {
  const { protocol } = options;
  const connections = await openConnections(options.url, options.connections);
  return {
    async spend(worker, wallet, amount) {
      const connection = connections[worker];
      if (connection === undefined) throw new Error(`worker ${worker} has no connection`);
      const holdId = await hold(connection, protocol, wallet, amount);
      await post(connection, protocol, wallet, amount, holdId);
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.end()));
    },
  };
}

const lockAccount = 'SELECT posted, pendingOut FROM point_accounts WHERE id = ? FOR UPDATE';
const insertTransfer = `INSERT INTO point_transfers (id, kind, userId, debitAccount, creditAccount,
  amount, holdId, resolvedHoldId, reference, reason, actor, createdAt)
  VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`;

async function hold(
  connection: Connection,
  protocol: Protocol,
  { userId }: Wallet,
  amount: number,
): Promise<string> {
  const holdId = newId('trf');
  const now = Date.now();
  await connection.query('START TRANSACTION');
  await send(connection, protocol, lockAccount, [userId]);
  const lots = await send<RowDataPacket[]>(
    connection,
    protocol,
    `SELECT id, remaining FROM point_lots WHERE userId = ? AND live = 1 AND expiresAt > ?
     ORDER BY expiresAt, id`,
    [userId, now],
  );
  const [lot] = lots;
  if (lot === undefined || Number(lot.remaining) < amount) throw new Error('plenty ran out');
  const hold = [holdId, 'hold', userId, userId, 'sales', amount, null, null];
  await send(connection, protocol, insertTransfer, [...hold, 'bench', '', 'system', now]);
  await send(
    connection,
    protocol,
    'INSERT INTO point_lot_uses (transferId, lotId, holdId, amount) VALUES (?,?,?,?)',
    [holdId, String(lot.id), holdId, amount],
  );
  await send(
    connection,
    protocol,
    'UPDATE point_lots SET remaining = remaining - ?, live = remaining > 0 WHERE id = ?',
    [amount, String(lot.id)],
  );
  await send(
    connection,
    protocol,
    'UPDATE point_accounts SET pendingOut = pendingOut + ? WHERE id = ?',
    [amount, userId],
  );
  await connection.query('COMMIT');
  return holdId;
}

async function post(
  connection: Connection,
  protocol: Protocol,
  { userId }: Wallet,
  amount: number,
  holdId: string,
): Promise<void> {
  await connection.query('START TRANSACTION');
  await send(connection, protocol, lockAccount, [userId]);
  const post = [newId('trf'), 'post', userId, userId, 'sales', amount, holdId, holdId];
  // A hold that was resolved before is refused by the unique key.
  await send(connection, protocol, insertTransfer, [...post, 'bench', '', 'system', Date.now()]);
  await send(
    connection,
    protocol,
    'UPDATE point_accounts SET posted = posted - ?, pendingOut = pendingOut - ? WHERE id = ?',
    [amount, amount, userId],
  );
  await send(connection, protocol, 'UPDATE point_accounts SET posted = posted + ? WHERE id = ?', [
    amount,
    'sales',
  ]);
  await connection.query('COMMIT');
}
