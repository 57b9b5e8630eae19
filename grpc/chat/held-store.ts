import type { Pulse } from '../../common/pulse/index.ts';
import type { Reader, SqlValue, Tx } from '../db/index.ts';
import type { ChatHeldRow, HeldState } from './moderation-entities.ts';
import type { MessageIdentity } from './store.ts';

/** Those of the messages that wait for approval or were rejected; approved ones are stored. */
export function findHeld(
  read: Reader,
  messages: readonly MessageIdentity[],
): Promise<MessageIdentity[]> {
  if (messages.length === 0) return Promise.resolve([]);
  return read.rows<MessageIdentity>(
    `SELECT broadcastId, userId, clientId FROM chat_held WHERE (broadcastId, userId, clientId) IN
     (${read.dialect.tupleList}${messages.map(() => '(?,?,?)').join(',')})`,
    messages.flatMap(({ broadcastId, userId, clientId }) => [broadcastId, userId, clientId]),
  );
}

/** Those that are there already stay as they are. */
export async function insertHeld(tx: Tx, rows: readonly ChatHeldRow[]): Promise<void> {
  await tx.insertNew(
    'chat_held',
    rows.map((row) => ({ ...row })),
  );
}

export function readHeld(read: Reader, id: string): Promise<ChatHeldRow | undefined> {
  return read.row<ChatHeldRow>('SELECT * FROM chat_held WHERE id = ?', [id]);
}

/** Writes what was decided of a message. The lock of its chat keeps others from deciding too. */
export async function resolveHeldRow(tx: Tx, row: ChatHeldRow): Promise<void> {
  await tx.execute(
    'UPDATE chat_held SET state = ?, seq = ?, resolvedBy = ?, resolvedAt = ? WHERE id = ?',
    [row.state, row.seq, row.resolvedBy, row.resolvedAt, row.id],
  );
}

/** Messages of a chat that wait for approval. */
export async function countHeld(read: Reader, broadcastId: string): Promise<number> {
  const row = await read.row<{ waiting: number }>(
    "SELECT COUNT(*) AS waiting FROM chat_held WHERE broadcastId = ? AND state = 'waiting'",
    [broadcastId],
  );
  return row?.waiting ?? 0;
}

/** Tells the rooms of these chats that there are more or fewer of them, once it is committed. */
export function publishHeld(pulse: Pulse, tx: Tx, broadcastIds: Iterable<string>): void {
  for (const broadcastId of new Set(broadcastIds)) {
    tx.afterCommit(() => pulse.publishBroadcast(broadcastId, { type: 'held' }));
  }
}

export interface HeldFilter {
  readonly broadcastId: string;
  readonly state: HeldState | undefined;
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** A page of the queue, oldest first, with one row more than asked for if there are more. */
export function listHeldRows(read: Reader, filter: HeldFilter): Promise<ChatHeldRow[]> {
  const conditions = ['broadcastId = ?', 'id > ?'];
  const parameters: SqlValue[] = [filter.broadcastId, filter.afterId ?? ''];
  if (filter.state !== undefined) {
    conditions.push('state = ?');
    parameters.push(filter.state);
  }
  return read.rows<ChatHeldRow>(
    `SELECT * FROM chat_held WHERE ${conditions.join(' AND ')}
     ORDER BY id LIMIT ${filter.limit + 1}`,
    parameters,
  );
}
