import { placeholders, type Reader, type SqlValue, type Tx } from '../db/index.ts';
import type { BroadcastStatus } from './broadcast-state.ts';
import type { BroadcastProductRow, BroadcastRow, DealRow } from './entities.ts';

/** A broadcast with the most viewers it had at one time. */
export interface BroadcastWithPeak extends BroadcastRow {
  readonly peakViewers: number;
}

const selectWithPeak = `SELECT b.*, COALESCE(k.peak, 0) AS peakViewers
  FROM broadcasts b LEFT JOIN broadcast_attendance k ON k.broadcastId = b.id`;

export async function insertBroadcast(tx: Tx, row: BroadcastRow): Promise<void> {
  await tx.insert('broadcasts', [{ ...row }]);
}

/** The broadcast, locked for a change. */
export function lockBroadcast(tx: Tx, id: string): Promise<BroadcastRow | undefined> {
  return tx.row<BroadcastRow>(`SELECT * FROM broadcasts WHERE id = ?${tx.dialect.forUpdate}`, [id]);
}

/** What a seller has on air, locked in sorted order. */
export function lockLiveOf(tx: Tx, sellerId: string): Promise<BroadcastRow[]> {
  return tx.rows<BroadcastRow>(
    `SELECT * FROM broadcasts WHERE sellerId = ? AND status = 'live' ORDER BY id${tx.dialect.forUpdate}`,
    [sellerId],
  );
}

/** Writes everything of a broadcast that can change. */
export async function updateBroadcastRow(tx: Tx, row: BroadcastRow): Promise<void> {
  await tx.execute(
    `UPDATE broadcasts SET title = ?, description = ?, status = ?, startedAt = ?, endedAt = ?,
     noticeText = ?, noticeEmphasised = ?, noticePinnedAt = ?, highlightedProductId = ?,
     version = ? WHERE id = ?`,
    [
      row.title,
      row.description,
      row.status,
      row.startedAt,
      row.endedAt,
      row.noticeText,
      row.noticeEmphasised,
      row.noticePinnedAt,
      row.highlightedProductId,
      row.version,
      row.id,
    ],
  );
}

export function readBroadcast(read: Reader, id: string): Promise<BroadcastWithPeak | undefined> {
  return read.row<BroadcastWithPeak>(`${selectWithPeak} WHERE b.id = ?`, [id]);
}

/** Broadcasts by id. */
export function readBroadcasts(read: Reader, ids: readonly string[]): Promise<BroadcastRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return read.rows<BroadcastRow>(
    `SELECT * FROM broadcasts WHERE id IN (${placeholders(ids)}) ORDER BY id`,
    ids,
  );
}

/** What other domains ask of broadcasts, again and again. */
export function readBroadcastFacts(
  read: Reader,
  ids: readonly string[],
): Promise<Pick<BroadcastRow, 'id' | 'sellerId' | 'status' | 'endedAt'>[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return read.rows(
    `SELECT id, sellerId, status, endedAt FROM broadcasts WHERE id IN (${placeholders(ids)})`,
    ids,
  );
}

/** What a sale depends on, kept as it is until the transaction is over. */
export function shareBroadcastFacts(
  tx: Tx,
  sortedIds: readonly string[],
): Promise<Pick<BroadcastRow, 'id' | 'sellerId' | 'status'>[]> {
  if (sortedIds.length === 0) return Promise.resolve([]);
  return tx.rows(
    `SELECT id, sellerId, status FROM broadcasts WHERE id IN (${placeholders(sortedIds)})
     ORDER BY id${tx.dialect.forShare}`,
    sortedIds,
  );
}

/** Which products broadcasts show. Current while the broadcasts are locked or shared. */
export function readAttached(
  read: Reader,
  broadcastIds: readonly string[],
): Promise<Pick<BroadcastProductRow, 'broadcastId' | 'productId'>[]> {
  if (broadcastIds.length === 0) return Promise.resolve([]);
  return read.rows(
    `SELECT broadcastId, productId FROM broadcast_products
     WHERE broadcastId IN (${placeholders(broadcastIds)})`,
    broadcastIds,
  );
}

export interface BroadcastFilter {
  readonly status: BroadcastStatus | undefined;
  readonly sellerId: string;
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** A page of broadcasts, newest first, with one more row than asked for if there are more. */
export function listBroadcasts(
  read: Reader,
  filter: BroadcastFilter,
): Promise<BroadcastWithPeak[]> {
  const conditions = ['b.id < ?'];
  const parameters: SqlValue[] = [filter.afterId ?? '~'];
  if (filter.status !== undefined) {
    conditions.push('b.status = ?');
    parameters.push(filter.status);
  }
  if (filter.sellerId !== '') {
    conditions.push('b.sellerId = ?');
    parameters.push(filter.sellerId);
  }
  return read.rows<BroadcastWithPeak>(
    `${selectWithPeak} WHERE ${conditions.join(' AND ')}
     ORDER BY b.id DESC LIMIT ${filter.limit + 1}`,
    parameters,
  );
}

export function readBroadcastProducts(
  read: Reader,
  broadcastIds: readonly string[],
): Promise<BroadcastProductRow[]> {
  if (broadcastIds.length === 0) return Promise.resolve([]);
  return read.rows<BroadcastProductRow>(
    `SELECT * FROM broadcast_products WHERE broadcastId IN (${placeholders(broadcastIds)})
     ORDER BY broadcastId, position`,
    broadcastIds,
  );
}

export async function replaceBroadcastProducts(
  tx: Tx,
  broadcastId: string,
  productIds: readonly string[],
): Promise<void> {
  await tx.execute('DELETE FROM broadcast_products WHERE broadcastId = ?', [broadcastId]);
  await tx.insert(
    'broadcast_products',
    productIds.map((productId, position) => ({ broadcastId, productId, position })),
  );
}

export function readDeals(read: Reader, broadcastId: string): Promise<DealRow[]> {
  return read.rows<DealRow>('SELECT * FROM deals WHERE broadcastId = ? ORDER BY startsAt, id', [
    broadcastId,
  ]);
}

export function readDealsById(read: Reader, ids: readonly string[]): Promise<DealRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return read.rows<DealRow>(`SELECT * FROM deals WHERE id IN (${placeholders(ids)})`, ids);
}

/** Deals by id, locked in sorted order; unknown ids are left out. */
export async function lockDeals(tx: Tx, ids: readonly string[]): Promise<DealRow[]> {
  const sorted = [...new Set(ids)].sort();
  if (sorted.length === 0) return [];
  return tx.rows<DealRow>(
    `SELECT * FROM deals WHERE id IN (${placeholders(sorted)}) ORDER BY id${tx.dialect.forUpdate}`,
    sorted,
  );
}

/**
 * Moves the end of those of the deals that are not over to `now`; a deal that has not begun never
 * will.
 */
export async function closeDeals(tx: Tx, ids: readonly string[], now: number): Promise<void> {
  const open = (await lockDeals(tx, ids)).filter((deal) => deal.endsAt > now);
  if (open.length === 0) return;
  await tx.execute(
    `UPDATE deals SET startsAt = CASE WHEN startsAt > ? THEN ? ELSE startsAt END, endsAt = ?,
     version = version + 1 WHERE id IN (${placeholders(open)})`,
    [now, now, now, ...open.map((deal) => deal.id)],
  );
}
