import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { ChatChannelRow, ChatPurchaseRow } from './entities.ts';

/** Broadcasts that have messages, in the order of their ids, from the one after `after` on. */
export async function listChannels(read: Reader, after: string, limit: number): Promise<string[]> {
  const rows = await read.rows<Pick<ChatChannelRow, 'broadcastId'>>(
    `SELECT broadcastId FROM chat_channels WHERE broadcastId > ? AND firstSeq <= lastSeq
     ORDER BY broadcastId LIMIT ${limit}`,
    [after],
  );
  return rows.map((row) => row.broadcastId);
}

/**
 * Removes a broadcast's oldest messages, and what is remembered of the purchases they tell of; at
 * most `limit` rows. Answers how many, and whether any message is left.
 */
export async function removeOldest(
  tx: Tx,
  broadcastId: string,
  limit: number,
): Promise<{ readonly removed: number; readonly left: boolean }> {
  const channel = await tx.row<ChatChannelRow>(
    `SELECT * FROM chat_channels WHERE broadcastId = ?${tx.dialect.forUpdate}`,
    [broadcastId],
  );
  if (channel === undefined || channel.firstSeq > channel.lastSeq) {
    return { removed: 0, left: false };
  }
  const upTo = Math.min(channel.lastSeq, channel.firstSeq + limit - 1);
  // One message may tell of thousands of purchases, so these go first, in bites of their own.
  const purchases = await removePurchases(tx, broadcastId, upTo, limit);
  if (purchases > 0) return { removed: purchases, left: true };
  await tx.execute('DELETE FROM chat_messages WHERE broadcastId = ? AND seq BETWEEN ? AND ?', [
    broadcastId,
    channel.firstSeq,
    upTo,
  ]);
  await tx.execute('DELETE FROM chat_removed WHERE broadcastId = ? AND seq <= ?', [
    broadcastId,
    upTo,
  ]);
  // They waited while it was on air, which is over; whichever of its messages go, these do.
  await tx.execute('DELETE FROM chat_held WHERE broadcastId = ?', [broadcastId]);
  await tx.execute('DELETE FROM chat_purchase_notices WHERE broadcastId = ? AND seq <= ?', [
    broadcastId,
    upTo,
  ]);
  await tx.execute('UPDATE chat_channels SET firstSeq = ? WHERE broadcastId = ?', [
    upTo + 1,
    broadcastId,
  ]);
  return { removed: upTo - channel.firstSeq + 1, left: upTo < channel.lastSeq };
}

/** Of purchases told up to a number; those not told yet have none and stay. */
async function removePurchases(
  tx: Tx,
  broadcastId: string,
  upTo: number,
  limit: number,
): Promise<number> {
  const rows = await tx.rows<Pick<ChatPurchaseRow, 'orderId'>>(
    `SELECT orderId FROM chat_purchases WHERE broadcastId = ? AND seq BETWEEN 1 AND ?
     LIMIT ${limit}`,
    [broadcastId, upTo],
  );
  if (rows.length === 0) return 0;
  return tx.execute(
    `DELETE FROM chat_purchases WHERE orderId IN (${placeholders(rows)})`,
    rows.map((row) => row.orderId),
  );
}
