import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { ChatChannelRow, ChatPurchaseRow } from './entities.ts';
import type { ChatHeldRow, ChatModerationRow } from './moderation-entities.ts';

/**
 * Broadcasts of whose chat something is kept, in the order of their ids, from the one after `after`
 * on. Where every message had to wait, there may be no other.
 */
export async function listChannels(read: Reader, after: string, limit: number): Promise<string[]> {
  const rows = await read.rows<Pick<ChatChannelRow, 'broadcastId'>>(
    `SELECT c.broadcastId AS broadcastId FROM chat_channels c
     WHERE c.broadcastId > ? AND (c.firstSeq <= c.lastSeq
       OR EXISTS (SELECT 1 FROM chat_held h WHERE h.broadcastId = c.broadcastId))
     ORDER BY c.broadcastId LIMIT ${limit}`,
    [after],
  );
  return rows.map((row) => row.broadcastId);
}

/**
 * Removes what is left of a broadcast's chat: what waited, the texts in its audit, and its oldest
 * messages with what is remembered of the purchases they tell of; at most `limit` rows. Answers how
 * many, and whether anything is left.
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
  if (channel === undefined) return { removed: 0, left: false };
  const upTo = Math.min(channel.lastSeq, channel.firstSeq + limit - 1);
  // There may be thousands of each beside few messages, so these go first, in bites of their own.
  // The audit first of all: a chat of which nothing else is left is not looked at again.
  const others =
    (await blankDetails(tx, broadcastId, limit)) ||
    (await removeHeld(tx, broadcastId, limit)) ||
    (await removePurchases(tx, broadcastId, upTo, limit));
  if (others > 0) return { removed: others, left: true };
  if (channel.firstSeq > channel.lastSeq) return { removed: 0, left: false };
  await tx.execute('DELETE FROM chat_messages WHERE broadcastId = ? AND seq BETWEEN ? AND ?', [
    broadcastId,
    channel.firstSeq,
    upTo,
  ]);
  await tx.execute('DELETE FROM chat_removed WHERE broadcastId = ? AND seq <= ?', [
    broadcastId,
    upTo,
  ]);
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

/** They waited while it was on air, which is over; and nobody sends them again. */
async function removeHeld(tx: Tx, broadcastId: string, limit: number): Promise<number> {
  const rows = await tx.rows<Pick<ChatHeldRow, 'id' | 'userId'>>(
    `SELECT id, userId FROM chat_held WHERE broadcastId = ? LIMIT ${limit}`,
    [broadcastId],
  );
  if (rows.length === 0) return 0;
  await tx.execute(
    `DELETE FROM chat_speakers WHERE broadcastId = ? AND userId IN (${placeholders(rows)})`,
    [broadcastId, ...rows.map((row) => row.userId)],
  );
  return tx.execute(
    `DELETE FROM chat_held WHERE id IN (${placeholders(rows)})`,
    rows.map((row) => row.id),
  );
}

/** What was said leaves the audit; who did what with it, when and why stays. */
async function blankDetails(tx: Tx, broadcastId: string, limit: number): Promise<number> {
  const rows = await tx.rows<Pick<ChatModerationRow, 'id'>>(
    `SELECT id FROM chat_moderation WHERE scopeId = ? AND action IN ('removed', 'approved', 'rejected')
     AND detail LIKE '%"text"%' LIMIT ${limit}`,
    [broadcastId],
  );
  if (rows.length === 0) return 0;
  return tx.execute(
    `UPDATE chat_moderation SET detail = JSON_REMOVE(detail, '$.text')
     WHERE id IN (${placeholders(rows)})`,
    rows.map((row) => row.id),
  );
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
