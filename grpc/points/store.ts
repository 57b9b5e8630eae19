import type { EpochMs } from '../../common/clock.ts';
import { toPoints } from '../../common/money.ts';
import { placeholders, type Reader, type SqlValue, type Tx, type Writer } from '../db/index.ts';
import type { PointAccountRow, PointLotRow, PointLotUseRow, PointTransferRow } from './entities.ts';
import type { Account } from './ledger-picture.ts';
import type { Lot, LotShare } from './lots.ts';
import { accountsOf, isResolution, systemAccounts, type Transfer } from './transfer.ts';

/** Locks the accounts that exist, in sorted order, and answers them by id. */
export async function lockAccounts(
  tx: Tx,
  userIds: readonly string[],
): Promise<Map<string, Account>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx.rows<PointAccountRow>(
    `SELECT * FROM point_accounts WHERE id IN (${placeholders(userIds)})
     ORDER BY id${tx.dialect.forUpdate}`,
    [...userIds].sort(),
  );
  return new Map(rows.map(({ id, posted, pendingOut }) => [id, { posted, pendingOut }]));
}

/** Opens accounts; those that someone else opened meanwhile stay as they are. */
export async function openAccounts(tx: Tx, userIds: readonly string[]): Promise<void> {
  const rows = [...userIds].sort().map((id) => ({ id, posted: 0, pendingOut: 0 }));
  await tx.insertNew('point_accounts', rows);
}

/** Transfers by id; unknown ids are left out. */
export function readTransfers(tx: Tx, ids: readonly string[]): Promise<Transfer[]> {
  return readTransfersBy(tx, 'id', ids);
}

/** The posts and voids of holds. Current only while the holds' accounts are locked. */
export function readResolutions(tx: Tx, holdIds: readonly string[]): Promise<Transfer[]> {
  return readTransfersBy(tx, 'resolvedHoldId', holdIds);
}

async function readTransfersBy(
  read: Reader,
  column: 'id' | 'resolvedHoldId',
  ids: readonly string[],
): Promise<Transfer[]> {
  if (ids.length === 0) return [];
  const rows = await read.rows<PointTransferRow>(
    `SELECT * FROM point_transfers WHERE ${column} IN (${placeholders(ids)})`,
    ids,
  );
  return rows.map(toTransfer);
}

/** A user's transfers, newest first, with one more than asked for if there are more. */
export async function listTransfers(
  read: Reader,
  filter: { userId: string; afterId: string | undefined; limit: number },
): Promise<Transfer[]> {
  const rows = await read.rows<PointTransferRow>(
    `SELECT * FROM point_transfers WHERE userId = ? AND id < ?
     ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    [filter.userId, filter.afterId ?? '~'],
  );
  return rows.map(toTransfer);
}

/** What each hold still has of its lots, by hold id, in spending order. */
export async function readTaken(
  tx: Tx,
  holdIds: readonly string[],
): Promise<Map<string, LotShare[]>> {
  const byHold = new Map<string, LotShare[]>();
  if (holdIds.length === 0) return byHold;
  const rows = await tx.rows<{ holdId: string; lotId: string; amount: number }>(
    `SELECT u.holdId AS holdId, u.lotId AS lotId, SUM(u.amount) AS amount
     FROM point_lot_uses u JOIN point_lots l ON l.id = u.lotId
     WHERE u.holdId IN (${placeholders(holdIds)})
     GROUP BY u.holdId, u.lotId, l.expiresAt HAVING SUM(u.amount) > 0
     ORDER BY l.expiresAt, u.lotId`,
    holdIds,
  );
  for (const { holdId, lotId, amount } of rows) {
    byHold.set(holdId, [...(byHold.get(holdId) ?? []), { lotId, amount }]);
  }
  return byHold;
}

/** Lots of users that still hold something, lapsed or not. */
export function readLiveLots(tx: Tx, userIds: readonly string[]): Promise<Lot[]> {
  return readLots(tx, 'live = 1 AND userId IN', userIds);
}

/** Lots that holds took from. */
export function readLotsOfHolds(tx: Tx, holdIds: readonly string[]): Promise<Lot[]> {
  return readLots(tx, 'id IN', holdIds, (list) => {
    return `(SELECT lotId FROM point_lot_uses WHERE holdId IN ${list})`;
  });
}

/** Lots by id. */
export function readLotsById(tx: Tx, lotIds: readonly string[]): Promise<Lot[]> {
  return readLots(tx, 'id IN', lotIds);
}

async function readLots(
  tx: Tx,
  condition: string,
  values: readonly string[],
  wrap = (list: string) => list,
): Promise<Lot[]> {
  if (values.length === 0) return [];
  return tx.rows<PointLotRow>(
    `SELECT * FROM point_lots WHERE ${condition} ${wrap(`(${placeholders(values)})`)}`,
    values,
  );
}

/** Lots that lapsed and still hold something, the earliest first. Nothing is locked. */
export function findLapsedLots(
  tx: Tx,
  now: EpochMs,
  limit: number,
): Promise<Pick<Lot, 'id' | 'userId'>[]> {
  return tx.rows<Pick<Lot, 'id' | 'userId'>>(
    `SELECT id, userId FROM point_lots WHERE live = 1 AND expiresAt <= ?
     ORDER BY expiresAt LIMIT ${limit}`,
    [now],
  );
}

/** A user's balance as both parts were at one moment. */
export async function readBalance(
  read: Reader,
  userId: string,
  now: EpochMs,
): Promise<{ available: number; held: number }> {
  const row = await read.row<{ available: number; held: number }>(
    `SELECT
       COALESCE((SELECT SUM(remaining) FROM point_lots
                 WHERE userId = ? AND live = 1 AND expiresAt > ?), 0) AS available,
       COALESCE((SELECT pendingOut FROM point_accounts WHERE id = ?), 0) AS held`,
    [userId, now, userId],
  );
  return row ?? { available: 0, held: 0 };
}

/** Appends to the ledger. */
export async function insertTransfers(tx: Writer, transfers: readonly Transfer[]): Promise<void> {
  await tx.insert('point_transfers', transfers.map(toRow));
}

/** Appends what transfers took from lots, or gave back to them. */
export async function insertLotUses(tx: Writer, uses: readonly PointLotUseRow[]): Promise<void> {
  await tx.insert(
    'point_lot_uses',
    uses.map((use) => ({ ...use })),
  );
}

/**
 * Adds to balances with one statement. The platform's accounts come last and always in the same
 * order: everyone needs them, so they are locked for the shortest time and in no circle.
 */
export async function addToBalances(
  tx: Writer,
  changes: ReadonlyMap<string, Account>,
): Promise<void> {
  const system = systemAccounts.filter((id) => changes.has(id));
  const users = [...changes.keys()].filter((id) => !system.some((other) => other === id)).sort();
  const rows = [...users, ...system].map((id) => {
    const { posted, pendingOut } = changes.get(id) ?? { posted: 0, pendingOut: 0 };
    return [id, posted, pendingOut];
  });
  const sum = (column: string) =>
    `${column} = point_accounts.${column} + ${tx.dialect.inserted(column)}`;
  await upsert(tx, 'point_accounts', ['id', 'posted', 'pendingOut'], rows, [
    sum('posted'),
    sum('pendingOut'),
  ]);
}

/** Writes new lots and what remains of changed ones. */
export async function writeLots(tx: Writer, lots: readonly Lot[]): Promise<void> {
  const columns = ['id', 'userId', 'chargeId', 'amount', 'remaining', 'live', 'expiresAt'];
  const rows = lots.map(({ id, userId, chargeId, amount, remaining, expiresAt }) => {
    return [id, userId, chargeId, amount, remaining, remaining > 0 ? 1 : 0, expiresAt];
  });
  const set = (column: string) => `${column} = ${tx.dialect.inserted(column)}`;
  await upsert(tx, 'point_lots', columns, rows, [set('remaining'), set('live')]);
}

/** Rows of one upsert, so that it stays within the parameters that both databases take. */
const upsertRows = 4_000;

async function upsert(
  tx: Writer,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  assignments: readonly string[],
): Promise<void> {
  const slot = `(${placeholders(columns)})`;
  for (let from = 0; from < rows.length; from += upsertRows) {
    const chunk = rows.slice(from, from + upsertRows);
    await tx.execute(
      `INSERT INTO ${table} (${columns.join(',')}) VALUES ${chunk.map(() => slot).join(',')}
       ${tx.dialect.upsert(['id'], assignments.join(', '))}`,
      chunk.flat(),
    );
  }
}

function toRow(transfer: Transfer) {
  const { debit, credit } = accountsOf(transfer);
  return {
    ...transfer,
    debitAccount: debit,
    creditAccount: credit,
    resolvedHoldId: isResolution(transfer.kind) ? transfer.holdId : null,
  };
}

function toTransfer(row: PointTransferRow): Transfer {
  const { id, kind, userId, holdId, reference, reason, actor, createdAt } = row;
  const amount = toPoints(row.amount);
  return { id, kind, userId, amount, holdId, reference, reason, actor, createdAt };
}
