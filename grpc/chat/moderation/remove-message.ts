import type { UserActor } from '../../../common/auth/index.ts';
import { NotFound, PermissionDenied } from '../../../common/errors/index.ts';
import { once } from '../../db/index.ts';
import { lockChannels } from '../channels.ts';
import { hidden } from '../chat-book.ts';
import type { ChatMessageRow } from '../entities.ts';
import { blankNotice } from '../purchase-store.ts';
import { publishNotice } from '../tell-purchases.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { RemoveMessageInput } from './requests.ts';

/**
 * Takes a message out of history and rooms. Its number stays, so nobody sees a gap; what it said is
 * kept apart for those who keep order. The newest purchase message is shown first no longer.
 * Removing one that is removed changes nothing. Once for each
 * request id.
 * @throws NotFound for an unknown broadcast or number; PermissionDenied, also for a moderator who
 *   would remove the host's
 */
export async function removeMessage(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, broadcastId, seq, reason }: RemoveMessageInput,
): Promise<void> {
  const { db, clock, pulse, broadcasts } = deps;
  const input = [broadcastId, seq, reason];
  const key = { action: 'chat.removeMessage', by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const { sellerId, authority } = await deps.broadcasts.requireAuthority(
        tx,
        actor,
        broadcastId,
      );
      await lockChannels(tx, broadcasts, [broadcastId]);
      const row = await tx.row<ChatMessageRow>(
        'SELECT * FROM chat_messages WHERE broadcastId = ? AND seq = ?',
        [broadcastId, seq],
      );
      if (row === undefined) throw new NotFound('message', String(seq));
      const { kind, userId, name, text } = row;
      if (kind === 'removed') return null;
      if (authority === 'moderator' && userId === sellerId) {
        throw new PermissionDenied('moderators can not remove what the host said');
      }
      const removedAt = clock.now();
      await tx.insert('chat_removed', [
        { broadcastId, seq, userId, kind, name, text, shadow: 0, removedAt },
      ]);
      await tx.execute(
        'UPDATE chat_messages SET kind = ?, name = ?, text = ? WHERE broadcastId = ? AND seq = ?',
        [hidden.kind, hidden.name, hidden.text, broadcastId, seq],
      );
      await note(tx, {
        ...{ scopeId: broadcastId, action: 'removed', actorId: actor.userId, userId, reason },
        ...{ detail: { seq, kind, text }, at: removedAt },
      });
      if (kind === 'purchase') {
        const notice = await blankNotice(tx, broadcastId, seq);
        if (notice !== undefined) publishNotice(pulse, tx, notice);
      }
      tx.afterCommit(() => pulse.publishBroadcast(broadcastId, { type: 'chat-changed' }));
      return null;
    }),
  );
}
