import type { UserActor } from '../../../common/auth/index.ts';
import { InvalidArgument, PermissionDenied } from '../../../common/errors/index.ts';
import { once, type Tx } from '../../db/index.ts';
import { type Authority, requireAuthority } from './authority.ts';
import type { BanRow } from './entities.ts';
import { type PeopleDeps, requireAccount } from './people-deps.ts';
import type { BanInput, UnbanInput } from './requests.ts';
import { forGood, roomsOfSeller } from './standings.ts';
import { deleteBan, deleteModerator, noteChange, readModerator, upsertBan } from './store.ts';

/**
 * Keeps someone out of a broadcast, or of all of its seller's; a ban that is there is replaced. A
 * moderator that is banned is one no longer. Once for each request id.
 * @throws NotFound for an unknown broadcast or account; PermissionDenied unless host, admin, or
 *   moderator over a viewer in this broadcast; InvalidArgument for the host, and for an end that
 *   has passed
 */
export async function banViewer(
  deps: PeopleDeps,
  actor: UserActor,
  input: BanInput,
): Promise<BanRow> {
  const { db, clock } = deps;
  const { requestId, broadcastId, userId, reason, sellerWide } = input;
  const rest = [broadcastId, userId, reason, input.expiresAt ?? null, sellerWide];
  const key = { action: 'broadcasts.banViewer', by: actor.userId, requestId, input: rest };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const now = clock.now();
      const { sellerId, authority } = await requireAuthority(
        ...([tx, actor, broadcastId, now] as const),
        sellerWide ? ['admin', 'host'] : undefined,
      );
      const expiresAt = input.expiresAt ?? forGood;
      if (expiresAt <= now) throw new InvalidArgument('expiresAt: must come after now');
      if (userId === sellerId) throw new InvalidArgument('the host can not be banned');
      await requireAccount(deps, tx, userId);
      await endModerating(tx, { broadcastId, userId, authority, actor, reason, now });
      const scopeId = sellerWide ? sellerId : broadcastId;
      const row = { scopeId, userId, reason, bannedBy: actor.userId, bannedAt: now, expiresAt };
      await upsertBan(tx, row);
      await noteChange(tx, {
        ...{ scopeId, userId, kind: 'banned', reason, expiresAt },
        ...{ changedBy: actor.userId, changedAt: now },
      });
      await tellRooms(deps, tx, broadcastId, sellerWide ? sellerId : undefined, userId);
      return row;
    }),
  );
}

/**
 * Lifts a ban; changes nothing if there is none. Once for each request id.
 * @throws NotFound for an unknown broadcast; PermissionDenied unless host, admin, or moderator of
 *   this broadcast alone
 */
export async function unbanViewer(
  deps: PeopleDeps,
  actor: UserActor,
  { requestId, broadcastId, userId, reason, sellerWide }: UnbanInput,
): Promise<void> {
  const { db, clock } = deps;
  const input = [broadcastId, userId, reason, sellerWide];
  const key = { action: 'broadcasts.unbanViewer', by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const allowed: readonly Authority[] | undefined = sellerWide ? ['admin', 'host'] : undefined;
      const now = clock.now();
      const { sellerId } = await requireAuthority(tx, actor, broadcastId, now, allowed);
      const scopeId = sellerWide ? sellerId : broadcastId;
      if (!(await deleteBan(tx, scopeId, userId))) return null;
      await noteChange(tx, {
        ...{ scopeId, userId, kind: 'unbanned', reason, expiresAt: null },
        ...{ changedBy: actor.userId, changedAt: now },
      });
      await tellRooms(deps, tx, broadcastId, sellerWide ? sellerId : undefined, userId);
      return null;
    }),
  );
}

/** @throws PermissionDenied when a moderator would ban a moderator */
async function endModerating(
  tx: Tx,
  ban: {
    readonly broadcastId: string;
    readonly userId: string;
    readonly authority: Authority;
    readonly actor: UserActor;
    readonly reason: string;
    readonly now: number;
  },
): Promise<void> {
  const { broadcastId, userId, authority, actor, reason, now } = ban;
  if ((await readModerator(tx, broadcastId, userId)) === undefined) return;
  if (authority === 'moderator') throw new PermissionDenied('moderators can not ban each other');
  await deleteModerator(tx, broadcastId, userId);
  await noteChange(tx, {
    ...{ scopeId: broadcastId, userId, kind: 'moderator_removed', reason, expiresAt: null },
    ...{ changedBy: actor.userId, changedAt: now },
  });
}

/** A ban from all of a seller's broadcasts is news in each that someone watches. */
async function tellRooms(
  { pulse }: PeopleDeps,
  tx: Tx,
  broadcastId: string,
  sellerId: string | undefined,
  userId: string,
): Promise<void> {
  const others = sellerId === undefined ? [] : await roomsOfSeller(tx, sellerId);
  tx.afterCommit(() => {
    for (const each of new Set([broadcastId, ...others])) {
      pulse.publishBroadcast(each, { type: 'standings', userIds: [userId] });
    }
  });
}
