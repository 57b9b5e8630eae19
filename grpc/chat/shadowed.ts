import type { Actor } from '../../common/auth/index.ts';
import { placeholders, type Reader } from '../db/index.ts';
import type { ChatMessageRow } from './entities.ts';
import type { ChatRemovedRow } from './moderation-entities.ts';

/**
 * The messages as this reader is to see them: what they said in the shadow looks said, to them.
 * Asks nothing unless there are such messages.
 */
export async function readOwnShadowed(
  read: Reader,
  actor: Actor,
  messages: readonly ChatMessageRow[],
): Promise<readonly ChatMessageRow[]> {
  if (actor.kind !== 'user') return messages;
  const own = messages.filter(({ kind, userId }) => kind === 'removed' && userId === actor.userId);
  const [first] = own;
  if (first === undefined) return messages;
  const rows = await read.rows<ChatRemovedRow>(
    `SELECT * FROM chat_removed WHERE broadcastId = ? AND shadow = 1
     AND seq IN (${placeholders(own)})`,
    [first.broadcastId, ...own.map(({ seq }) => seq)],
  );
  const bySeq = new Map(rows.map(({ seq, kind, name, text }) => [seq, { kind, name, text }]));
  return messages.map((message) => ({ ...message, ...bySeq.get(message.seq) }));
}
