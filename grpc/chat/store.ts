import { placeholders, type Reader, type Tx } from '../db/index.ts';
import type { ChatChannelRow, ChatMessageRow } from './entities.ts';

/** What makes a message one and the same, however often it is said. */
export type MessageIdentity = Pick<ChatMessageRow, 'broadcastId' | 'userId' | 'clientId'>;

/** Newest number of each channel, by broadcast, locked. Channels that are missing are made. */
export async function lockChannels(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, number>> {
  const sorted = [...new Set(broadcastIds)].sort();
  const lock = () =>
    tx.rows<ChatChannelRow>(
      `SELECT * FROM chat_channels WHERE broadcastId IN (${placeholders(sorted)})
       ORDER BY broadcastId${tx.dialect.forUpdate}`,
      sorted,
    );
  let rows = await lock();
  if (rows.length < sorted.length) {
    const found = new Set(rows.map((row) => row.broadcastId));
    const missing = sorted.filter((id) => !found.has(id));
    await tx.insertNew(
      'chat_channels',
      missing.map((broadcastId) => ({ broadcastId, lastSeq: 0 })),
    );
    rows = await lock();
  }
  return new Map(rows.map((row) => [row.broadcastId, row.lastSeq]));
}

/** Those of the messages that were stored before. */
export async function findStored(
  tx: Tx,
  messages: readonly MessageIdentity[],
): Promise<ChatMessageRow[]> {
  if (messages.length === 0) return [];
  // Exact triples: three IN lists would be searched as their product.
  return tx.rows<ChatMessageRow>(
    `SELECT * FROM chat_messages WHERE (broadcastId, userId, clientId) IN
     (VALUES ${messages.map(() => '(?,?,?)').join(',')})`,
    messages.flatMap(({ broadcastId, userId, clientId }) => [broadcastId, userId, clientId]),
  );
}

export async function insertMessages(tx: Tx, rows: readonly ChatMessageRow[]): Promise<void> {
  await tx.insert(
    'chat_messages',
    rows.map((row) => ({ ...row })),
  );
}

/** Writes the newest numbers of locked channels. */
export async function advanceChannels(
  tx: Tx,
  lastSeqs: ReadonlyMap<string, number>,
): Promise<void> {
  if (lastSeqs.size === 0) return;
  const ids = [...lastSeqs.keys()];
  await tx.execute(
    `UPDATE chat_channels SET lastSeq = CASE broadcastId ${ids.map(() => 'WHEN ? THEN ?').join(' ')} END
     WHERE broadcastId IN (${placeholders(ids)})`,
    [...[...lastSeqs].flat(), ...ids],
  );
}

/** Which messages to read: those after a number, oldest first, or before one, newest first. */
export type Position = { readonly afterSeq: number } | { readonly beforeSeq: number };

/** A part of a broadcast's chat, and its newest number at the same moment. */
export interface ChatPage {
  readonly messages: readonly ChatMessageRow[];
  readonly lastSeq: number;
}

/** Undefined if nothing was ever said there. One statement, so that both facts are of one moment. */
export async function readPage(
  read: Reader,
  broadcastId: string,
  position: Position,
  limit: number,
): Promise<ChatPage | undefined> {
  const [bound, order, seq] =
    'afterSeq' in position ? ['>', 'ASC', position.afterSeq] : ['<', 'DESC', position.beforeSeq];
  const rows = await read.rows<(ChatMessageRow | { seq: null }) & Pick<ChatChannelRow, 'lastSeq'>>(
    `SELECT m.*, c.lastSeq FROM chat_channels c
     LEFT JOIN chat_messages m ON m.broadcastId = c.broadcastId AND m.seq ${bound} ?
     WHERE c.broadcastId = ? ORDER BY m.seq ${order} LIMIT ${limit}`,
    [seq, broadcastId],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  return { messages: rows.filter((row) => row.seq !== null), lastSeq: first.lastSeq };
}
