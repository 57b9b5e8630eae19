import type { Reader } from '../../db/index.ts';
import type { ChatRemovedRow } from '../moderation-entities.ts';

/** Removals that everyone who watches is told of, whatever the number of the message. */
const newestTold = 64;
/** The most that are answered of a part of the chat. */
const mostInPart = 1_000;

/** What was taken out of a chat; not what was said in the shadow, of which nobody is told. */
export interface Removals {
  /** Numbers of removed messages from `fromSeq` on, the newest of them. */
  readonly inPart: readonly number[];
  /** Numbers of the messages that were removed last, the last one first. */
  readonly newest: readonly number[];
}

export async function listRemovals(
  read: Reader,
  broadcastId: string,
  fromSeq: number,
): Promise<Removals> {
  type Row = Pick<ChatRemovedRow, 'seq'>;
  const [inPart, newest] = await Promise.all([
    read.rows<Row>(
      `SELECT seq FROM chat_removed WHERE broadcastId = ? AND seq >= ? AND shadow = 0
       ORDER BY seq DESC LIMIT ${mostInPart}`,
      [broadcastId, fromSeq],
    ),
    read.rows<Row>(
      `SELECT seq FROM chat_removed WHERE broadcastId = ? AND shadow = 0
       ORDER BY removedAt DESC, seq DESC LIMIT ${newestTold}`,
      [broadcastId],
    ),
  ]);
  const seqs = (rows: readonly Row[]) => rows.map(({ seq }) => seq);
  return { inPart: seqs(inPart), newest: seqs(newest) };
}
