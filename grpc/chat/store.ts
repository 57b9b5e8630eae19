import type { Reader, SqlValue, Tx, Writer } from '../db/index.ts';
import type { ChatChannelRow, ChatMessageRow, MessageKind } from './entities.ts';

/** What makes a message one and the same, however often it is said. */
export type MessageIdentity = Pick<ChatMessageRow, 'broadcastId' | 'userId' | 'clientId'>;

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

export async function insertMessages(to: Writer, rows: readonly ChatMessageRow[]): Promise<void> {
  await to.insert(
    'chat_messages',
    rows.map((row) => ({ ...row })),
  );
}

/** Which messages to read: those after a number, oldest first, or before one, newest first. */
export type Position = { readonly afterSeq: number } | { readonly beforeSeq: number };

/** Which messages of the chat to read; absent means all. */
export interface MessageFilter {
  readonly kind?: MessageKind | undefined;
  /** Who said them. */
  readonly userId?: string | undefined;
}

/** A part of a broadcast's chat, and what there is of the whole at the same moment. */
export interface ChatSlice {
  readonly messages: readonly ChatMessageRow[];
  readonly lastSeq: number;
  readonly firstSeq: number;
}

/**
 * Undefined if nothing was ever said there. One statement, so that all facts are of one moment; the
 * page is a table of its own in it, else MariaDB sorts the whole chat for each page.
 */
export async function readSlice(
  read: Reader,
  broadcastId: string,
  position: Position,
  limit: number,
  { kind, userId }: MessageFilter = {},
): Promise<ChatSlice | undefined> {
  const [bound, order, seq] =
    'afterSeq' in position ? ['>', 'ASC', position.afterSeq] : ['<', 'DESC', position.beforeSeq];
  const conditions = ['broadcastId = ?', `seq ${bound} ?`];
  const values: SqlValue[] = [broadcastId, seq];
  if (kind !== undefined) {
    conditions.push('kind = ?');
    values.push(kind);
  }
  if (userId !== undefined) {
    conditions.push('userId = ?');
    values.push(userId);
  }
  // By the plain number MariaDB would go over the whole chat to find what one person said in it.
  const inOrder = userId === undefined ? 'seq' : 'seq + 0';
  type Row = (ChatMessageRow | { readonly seq: null }) & Facts;
  type Facts = Pick<ChatChannelRow, 'lastSeq' | 'firstSeq'>;
  const rows = await read.rows<Row>(
    `SELECT m.*, c.lastSeq, c.firstSeq FROM chat_channels c
     LEFT JOIN (
       SELECT * FROM chat_messages WHERE ${conditions.join(' AND ')}
       ORDER BY ${inOrder} ${order} LIMIT ${limit}
     ) m ON m.broadcastId = c.broadcastId
     WHERE c.broadcastId = ? ORDER BY m.seq ${order}`,
    [...values, broadcastId],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const { lastSeq, firstSeq } = first;
  return { messages: rows.filter((row) => row.seq !== null), lastSeq, firstSeq };
}
