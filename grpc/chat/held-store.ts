import type { Reader, SqlValue, Tx, Writer } from '../db/index.ts';
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

export async function insertHeld(to: Writer, rows: readonly ChatHeldRow[]): Promise<void> {
  await to.insert(
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
