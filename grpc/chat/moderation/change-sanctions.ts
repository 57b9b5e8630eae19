import type { UserActor } from '../../../common/auth/index.ts';
import { InvalidArgument, NotFound, PermissionDenied } from '../../../common/errors/index.ts';
import { newId } from '../../../common/ids.ts';
import { once, type Reader, type SqlValue, type Tx } from '../../db/index.ts';
import type { BroadcastKeeper } from '../facts-reader.ts';
import type { ChatSanctionRow } from '../moderation-entities.ts';
import type { ModerationDeps } from './moderation-deps.ts';
import { note } from './moderation-log.ts';
import type { MuteInput, UnmuteInput } from './requests.ts';

/**
 * Mutes someone in a broadcast, or in all of its seller's, openly or in the shadow; one of the same
 * kind that is in force is replaced. It counts for every message judged after the commit. Once for
 * each request id.
 * @throws NotFound for an unknown broadcast or account; PermissionDenied unless host, admin, or
 *   moderator over a viewer in this broadcast; InvalidArgument for the host, and for an end that
 *   has passed
 */
export async function muteUser(
  deps: ModerationDeps,
  actor: UserActor,
  input: MuteInput,
): Promise<ChatSanctionRow> {
  const { db, clock } = deps;
  const { requestId, broadcastId, userId, kind, sellerWide, reason } = input;
  const rest = [broadcastId, userId, kind, sellerWide, input.expiresAt ?? null, reason];
  const key = { action: 'chat.muteUser', by: actor.userId, requestId, input: rest };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const keeper = await deps.broadcasts.requireAuthority(tx, actor, broadcastId);
      const scopeId = scopeOf(keeper, broadcastId, sellerWide);
      const now = clock.now();
      const until = input.expiresAt ?? null;
      if (until !== null && until <= now) {
        throw new InvalidArgument('expiresAt: must come after now');
      }
      await requireMutable(deps, tx, keeper, broadcastId, userId);
      await liftAll(tx, { scopeId, userId, kind, now });
      const row = {
        ...{ id: newId('san'), scopeId, userId, kind, until, reason },
        ...{ givenBy: actor.userId, givenAt: now, liftedAt: null },
      };
      await tx.insert('chat_sanctions', [row]);
      await note(tx, {
        action: kind === 'mute' ? 'muted' : 'shadow_muted',
        ...{ scopeId: broadcastId, actorId: actor.userId, userId, reason, at: now },
        detail: { sanctionId: row.id, sellerWide, until },
      });
      return row;
    }),
  );
}

/**
 * Lifts a mute; answers whether there was one. Once for each request id.
 * @throws NotFound for an unknown broadcast; PermissionDenied unless host, admin, or moderator over
 *   a viewer in this broadcast: no moderator lifts their own
 */
export async function unmuteUser(
  deps: ModerationDeps,
  actor: UserActor,
  { requestId, broadcastId, userId, kind, sellerWide, reason }: UnmuteInput,
): Promise<boolean> {
  const { db, clock } = deps;
  const input = [broadcastId, userId, kind, sellerWide, reason];
  const key = { action: 'chat.unmuteUser', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const keeper = await deps.broadcasts.requireAuthority(tx, actor, broadcastId);
      const scopeId = scopeOf(keeper, broadcastId, sellerWide);
      await requireRank(deps, tx, keeper, broadcastId, userId);
      const now = clock.now();
      if ((await liftAll(tx, { scopeId, userId, kind, now })) === 0) return false;
      await note(tx, {
        ...{ scopeId: broadcastId, action: 'unmuted', actorId: actor.userId, userId, reason },
        ...{ detail: { kind, sellerWide }, at: now },
      });
      return true;
    }),
  );
}

export interface SanctionFilter {
  readonly broadcastId: string;
  readonly sellerId: string;
  readonly userId: string;
  readonly includePast: boolean;
  readonly afterId: string | undefined;
  readonly limit: number;
}

/** A page of mutes, newest first, with one more than asked for if there are more. */
export function listSanctionRows(
  read: Reader,
  filter: SanctionFilter,
  now: number,
): Promise<ChatSanctionRow[]> {
  const conditions = ['scopeId IN (?, ?)', 'id < ?'];
  const values: SqlValue[] = [filter.broadcastId, filter.sellerId, filter.afterId ?? '~'];
  if (filter.userId !== '') {
    conditions.push('userId = ?');
    values.push(filter.userId);
  }
  if (!filter.includePast) {
    conditions.push('liftedAt IS NULL', '(until IS NULL OR until > ?)');
    values.push(now);
  }
  return read.rows<ChatSanctionRow>(
    `SELECT * FROM chat_sanctions WHERE ${conditions.join(' AND ')}
     ORDER BY id DESC LIMIT ${filter.limit + 1}`,
    values,
  );
}

function scopeOf(
  { sellerId, authority }: BroadcastKeeper,
  broadcastId: string,
  sellerWide: boolean,
): string {
  if (!sellerWide) return broadcastId;
  if (authority === 'moderator') throw new PermissionDenied('only the host and admins may do this');
  return sellerId;
}

async function requireMutable(
  deps: ModerationDeps,
  tx: Tx,
  keeper: BroadcastKeeper,
  broadcastId: string,
  userId: string,
): Promise<void> {
  if (userId === keeper.sellerId) throw new InvalidArgument('the host can not be muted');
  if (!(await deps.users.namesOf([userId])).has(userId)) throw new NotFound('user', userId);
  await requireRank(deps, tx, keeper, broadcastId, userId);
}

/** Moderators decide over viewers alone. @throws PermissionDenied */
async function requireRank(
  { broadcasts }: ModerationDeps,
  tx: Tx,
  { authority }: BroadcastKeeper,
  broadcastId: string,
  userId: string,
): Promise<void> {
  if (authority !== 'moderator') return;
  const [standing] = await broadcasts.standingsOf(tx, [{ broadcastId, userId }]);
  if (standing?.role !== 'moderator') return;
  throw new PermissionDenied('moderators can neither mute moderators nor lift their mutes');
}

async function liftAll(
  tx: Tx,
  {
    scopeId,
    userId,
    kind,
    now,
  }: Pick<ChatSanctionRow, 'scopeId' | 'userId' | 'kind'> & { now: number },
): Promise<number> {
  return tx.execute(
    `UPDATE chat_sanctions SET liftedAt = ? WHERE scopeId = ? AND userId = ? AND kind = ?
     AND liftedAt IS NULL AND (until IS NULL OR until > ?)`,
    [now, scopeId, userId, kind, now],
  );
}
