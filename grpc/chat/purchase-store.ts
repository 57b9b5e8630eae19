import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { ChatPurchaseNoticeRow, ChatPurchaseRow } from './entities.ts';

/** Keeps purchases to tell of; those that are known already stay as they are. */
export async function recordPurchases(tx: Tx, rows: readonly ChatPurchaseRow[]): Promise<void> {
  await tx.insertNew(
    'chat_purchases',
    rows.map((row) => ({ ...row })),
  );
}

/** Purchases of a broadcast that no message counts yet, in the order in which they were ordered. */
export function readUntold(
  read: Reader,
  broadcastId: string,
  limit: number,
): Promise<ChatPurchaseRow[]> {
  return read.rows<ChatPurchaseRow>(
    `SELECT * FROM chat_purchases WHERE broadcastId = ? AND seq = 0
     ORDER BY orderId LIMIT ${limit}`,
    [broadcastId],
  );
}

/** Notes which message counts these purchases. */
export async function markTold(
  tx: Tx,
  purchases: readonly ChatPurchaseRow[],
  seq: number,
): Promise<void> {
  await tx.execute(
    `UPDATE chat_purchases SET seq = ? WHERE orderId IN (${placeholders(purchases)})`,
    [seq, ...purchases.map((purchase) => purchase.orderId)],
  );
}

/** The newest purchase message of each broadcast that has one. */
export async function readNotices(
  read: Reader,
  broadcastIds: readonly string[],
): Promise<Map<string, ChatPurchaseNoticeRow>> {
  if (broadcastIds.length === 0) return new Map();
  const rows = await read.rows<ChatPurchaseNoticeRow>(
    `SELECT * FROM chat_purchase_notices WHERE broadcastId IN (${placeholders(broadcastIds)})`,
    broadcastIds,
  );
  return new Map(rows.map((row) => [row.broadcastId, row]));
}

/** Replaces the newest purchase message of a broadcast whose chat is locked. */
export async function writeNotice(tx: Tx, notice: ChatPurchaseNoticeRow): Promise<void> {
  await tx.execute('DELETE FROM chat_purchase_notices WHERE broadcastId = ?', [notice.broadcastId]);
  await tx.insert('chat_purchase_notices', [{ ...notice }]);
}

/**
 * Takes this message away if it is the newest of its broadcast, whose chat is locked; answers what is
 * left of it. When it was told still counts for the next one.
 */
export async function blankNotice(
  tx: Tx,
  broadcastId: string,
  seq: number,
): Promise<ChatPurchaseNoticeRow | undefined> {
  const notice = (await readNotices(tx, [broadcastId])).get(broadcastId);
  if (notice?.seq !== seq) return undefined;
  const blank = { ...notice, text: '', orders: 0 };
  await writeNotice(tx, blank);
  return blank;
}

/** How many paid orders each of these messages counts, by number; others are left out. */
export async function countTold(
  read: Reader,
  broadcastId: string,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (seqs.length === 0) return new Map();
  const rows = await read.rows<{ seq: number; orders: number }>(
    `SELECT seq, COUNT(*) AS orders FROM chat_purchases
     WHERE broadcastId = ? AND seq IN (${placeholders(seqs)}) GROUP BY seq`,
    [broadcastId, ...seqs],
  );
  return new Map(rows.map(({ seq, orders }) => [seq, orders]));
}
