import { newId } from '../../../common/ids.ts';
import type { Reader, Tx } from '../../db/index.ts';
import type { BanRow, ModeratorRow, StandingChangeRow } from './entities.ts';

/** A page of moderators by account, with one more than asked for if there are more. */
export function listModerators(
  read: Reader,
  query: { broadcastId: string; afterId: string | undefined; limit: number },
): Promise<ModeratorRow[]> {
  return read.rows<ModeratorRow>(
    `SELECT * FROM broadcast_moderators WHERE broadcastId = ? AND userId > ?
     ORDER BY userId LIMIT ${query.limit + 1}`,
    [query.broadcastId, query.afterId ?? ''],
  );
}

export function readModerator(
  read: Reader,
  broadcastId: string,
  userId: string,
): Promise<ModeratorRow | undefined> {
  return read.row<ModeratorRow>(
    'SELECT * FROM broadcast_moderators WHERE broadcastId = ? AND userId = ?',
    [broadcastId, userId],
  );
}

export async function deleteModerator(
  tx: Tx,
  broadcastId: string,
  userId: string,
): Promise<boolean> {
  const deleted = await tx.execute(
    'DELETE FROM broadcast_moderators WHERE broadcastId = ? AND userId = ?',
    [broadcastId, userId],
  );
  return deleted === 1;
}

/** Bans, or replaces the ban that there is. */
export async function upsertBan(tx: Tx, row: BanRow): Promise<void> {
  const { inserted, upsert } = tx.dialect;
  const columns = ['reason', 'bannedBy', 'bannedAt', 'expiresAt'];
  await tx.execute(
    `INSERT INTO viewer_bans (scopeId, userId, reason, bannedBy, bannedAt, expiresAt)
     VALUES (?,?,?,?,?,?)${upsert(
       ['scopeId', 'userId'],
       columns.map((column) => `${column} = ${inserted(column)}`).join(', '),
     )}`,
    [row.scopeId, row.userId, row.reason, row.bannedBy, row.bannedAt, row.expiresAt],
  );
}

/** Answers whether there was one. */
export async function deleteBan(tx: Tx, scopeId: string, userId: string): Promise<boolean> {
  const deleted = await tx.execute('DELETE FROM viewer_bans WHERE scopeId = ? AND userId = ?', [
    scopeId,
    userId,
  ]);
  return deleted === 1;
}

/** A ban with a name for its place in a list. */
export interface ListedBan extends BanRow {
  readonly id: string;
}

export interface BanQuery {
  readonly broadcastId: string;
  readonly sellerId: string;
  readonly afterId: string | undefined;
  readonly limit: number;
  readonly now: number;
}

/**
 * A page of bans in force in a broadcast, by account; with one more than asked for if there are
 * more.
 */
export async function listBans(read: Reader, query: BanQuery): Promise<ListedBan[]> {
  const [afterUser = '', afterScope = ''] = (query.afterId ?? '').split('-');
  const rows = await read.rows<BanRow>(
    `SELECT * FROM viewer_bans WHERE scopeId IN (?,?) AND expiresAt > ?
     AND (userId > ? OR (userId = ? AND scopeId > ?))
     ORDER BY userId, scopeId LIMIT ${query.limit + 1}`,
    [query.broadcastId, query.sellerId, query.now, afterUser, afterUser, afterScope],
  );
  return rows.map((row) => ({ ...row, id: `${row.userId}-${row.scopeId}` }));
}

type Capacity = Pick<StandingChangeRow, 'maxViewers' | 'reservedSeats'>;

/** Adds to the audit. */
export async function noteChange(
  tx: Tx,
  change: Omit<StandingChangeRow, 'id' | keyof Capacity> & Partial<Capacity>,
): Promise<void> {
  const row = { id: newId('aud'), maxViewers: null, reservedSeats: null, ...change };
  await tx.insert('standing_changes', [row]);
}

/** A page of the audit, newest first, with one more than asked for if there are more. */
export async function listChanges(
  read: Reader,
  query: {
    readonly broadcastId: string;
    readonly sellerId: string;
    readonly beforeId: string | undefined;
    readonly limit: number;
  },
): Promise<StandingChangeRow[]> {
  const { broadcastId, sellerId, beforeId = '~', limit } = query;
  // Scope by scope, so that neither is read further than the page goes.
  const newest = (alias: string) =>
    `SELECT * FROM (SELECT * FROM standing_changes WHERE scopeId = ? AND id < ?
     ORDER BY id DESC LIMIT ${limit + 1}) AS ${alias}`;
  return read.rows<StandingChangeRow>(
    `${newest('here')} UNION ALL ${newest('everywhere')} ORDER BY id DESC LIMIT ${limit + 1}`,
    [broadcastId, beforeId, sellerId, beforeId],
  );
}
