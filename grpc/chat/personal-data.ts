import type { Pulse } from '../../common/pulse/index.ts';
import { type Database, placeholders, type Reader, type Tx } from '../db/index.ts';
import { isoTime, nameOfLeavers, type PersonalData } from '../personal-data.ts';
import type { ChatMessageRow } from './entities.ts';

interface Deps {
  readonly db: Database;
  readonly pulse: Pulse;
}

/** Messages of one transaction, under the lock of their channel. */
const biteRows = 1_000;
const bitesPerCall = 20;

/**
 * What chats hold of people. What was said stays, others answered it, but under no name; what was
 * taken out or waits goes. Chats are found one by one, each by the key that its messages have: an
 * index by author would cost every message that is said.
 */
export function createChatPersonalData(deps: Deps): PersonalData {
  return {
    async eraseRest(userId) {
      let after = '';
      for (let bite = 0; bite < bitesPerCall; bite += 1) {
        const broadcastId = await findChat(deps.db.primary, userId, after);
        if (broadcastId === undefined) return true;
        const isDone = await deps.db.transaction((tx) => eraseBite(deps, tx, broadcastId, userId));
        if (isDone) after = broadcastId;
      }
      return false;
    },
    sections: {
      async chatMessages(read, { userId, after, limit }) {
        const [inside = '', seq = '0'] = after.split('.');
        const rest = inside === '' ? [] : await messagesOf(read, inside, userId, seq, limit);
        if (rest.length === limit) return { items: rest.map(show), next: cursorOf(rest) };
        const broadcastId = await findSpoken(read, userId, inside);
        const next = broadcastId === undefined ? '' : `${broadcastId}.0`;
        return { items: rest.map(show), next };
      },
    },
  };
}

function cursorOf(rows: readonly ChatMessageRow[]): string {
  const last = rows.at(-1);
  return last === undefined ? '' : `${last.broadcastId}.${last.seq}`;
}

function show({ broadcastId, seq, kind, text, sentAt }: ChatMessageRow): object {
  return { broadcastId, seq, kind, text, sentAt: isoTime(sentAt) };
}

function messagesOf(
  read: Reader,
  broadcastId: string,
  userId: string,
  afterSeq: string,
  limit: number,
): Promise<ChatMessageRow[]> {
  return read.rows<ChatMessageRow>(
    `SELECT * FROM chat_messages WHERE broadcastId = ? AND userId = ? AND seq > ?
     ORDER BY seq LIMIT ${limit}`,
    [broadcastId, userId, Number(afterSeq)],
  );
}

/** The next chat in which someone said something. */
async function findSpoken(
  read: Reader,
  userId: string,
  after: string,
): Promise<string | undefined> {
  const row = await read.row<{ broadcastId: string }>(
    `SELECT c.broadcastId AS broadcastId FROM chat_channels c
     WHERE c.broadcastId > ? AND EXISTS (
       SELECT 1 FROM chat_messages m WHERE m.broadcastId = c.broadcastId AND m.userId = ?)
     ORDER BY c.broadcastId LIMIT 1`,
    [after, userId],
  );
  return row?.broadcastId;
}

/** The next chat that still knows something of someone. */
async function findChat(read: Reader, userId: string, after: string): Promise<string | undefined> {
  const row = await read.row<{ broadcastId: string }>(
    `SELECT c.broadcastId AS broadcastId FROM chat_channels c
     WHERE c.broadcastId > ? AND (
       EXISTS (SELECT 1 FROM chat_messages m WHERE m.broadcastId = c.broadcastId
         AND m.userId = ? AND m.name NOT IN ('', ?))
       OR EXISTS (SELECT 1 FROM chat_held h WHERE h.broadcastId = c.broadcastId AND h.userId = ?)
       OR EXISTS (SELECT 1 FROM chat_speakers s WHERE s.broadcastId = c.broadcastId
         AND s.userId = ?)
       OR EXISTS (SELECT 1 FROM chat_removed r WHERE r.broadcastId = c.broadcastId
         AND r.userId = ? AND r.name <> ''))
     ORDER BY c.broadcastId LIMIT 1`,
    [after, userId, nameOfLeavers, userId, userId, userId],
  );
  return row?.broadcastId;
}

/** Answers whether the chat is done. */
async function eraseBite(
  { pulse }: Deps,
  tx: Tx,
  broadcastId: string,
  userId: string,
): Promise<boolean> {
  await tx.row(
    `SELECT broadcastId FROM chat_channels WHERE broadcastId = ?${tx.dialect.forUpdate}`,
    [broadcastId],
  );
  const named = await tx.rows<Pick<ChatMessageRow, 'seq'>>(
    `SELECT seq FROM chat_messages WHERE broadcastId = ? AND userId = ? AND name NOT IN ('', ?)
     LIMIT ${biteRows}`,
    [broadcastId, userId, nameOfLeavers],
  );
  if (named.length > 0) {
    await tx.execute(
      `UPDATE chat_messages SET name = ?
       WHERE broadcastId = ? AND seq IN (${placeholders(named)})`,
      [nameOfLeavers, broadcastId, ...named.map((row) => row.seq)],
    );
    tx.afterCommit(() => pulse.publishBroadcast(broadcastId, { type: 'chat-changed' }));
  }
  if (named.length === biteRows) return false;
  const theirs = [broadcastId, userId];
  await tx.execute('DELETE FROM chat_held WHERE broadcastId = ? AND userId = ?', theirs);
  await tx.execute('DELETE FROM chat_speakers WHERE broadcastId = ? AND userId = ?', theirs);
  await tx.execute(
    `UPDATE chat_removed SET name = '', text = '' WHERE broadcastId = ? AND userId = ?`,
    theirs,
  );
  await tx.execute(
    `UPDATE chat_moderation SET detail = '{}' WHERE scopeId = ? AND userId = ?
     AND action IN ('removed', 'approved', 'rejected')`,
    theirs,
  );
  return true;
}
