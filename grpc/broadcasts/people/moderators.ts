import type { UserActor } from '../../../common/auth/index.ts';
import { InvalidArgument } from '../../../common/errors/index.ts';
import { once } from '../../db/index.ts';
import { requireAuthority } from './authority.ts';
import type { ModeratorRow } from './entities.ts';
import { type PeopleDeps, requireAccount } from './people-deps.ts';
import type { ModeratorInput } from './requests.ts';
import { deleteModerator, noteChange, readModerator } from './store.ts';

/**
 * Makes an account a moderator of the broadcast; changes nothing if it is one. Once for each
 * request id.
 * @throws NotFound for an unknown broadcast or account, PermissionDenied unless host or admin,
 *   InvalidArgument for the host
 */
export async function addModerator(
  deps: PeopleDeps,
  actor: UserActor,
  { requestId, broadcastId, userId }: ModeratorInput,
): Promise<ModeratorRow> {
  const { db, clock, pulse } = deps;
  const action = 'broadcasts.addModerator';
  const key = { action, by: actor.userId, requestId, input: [broadcastId, userId] };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const now = clock.now();
      const { sellerId } = await requireAuthority(tx, actor, broadcastId, now, ['admin', 'host']);
      if (userId === sellerId) throw new InvalidArgument('the host needs no such right');
      await requireAccount(deps, tx, userId);
      const row = { broadcastId, userId, addedBy: actor.userId, addedAt: now };
      if ((await tx.insertNew('broadcast_moderators', [row])) === 0) {
        return (await readModerator(tx, broadcastId, userId)) ?? row;
      }
      await noteChange(tx, {
        ...{ scopeId: broadcastId, userId, kind: 'moderator_added', reason: '' },
        ...{ expiresAt: null, changedBy: actor.userId, changedAt: now },
      });
      tx.afterCommit(() =>
        pulse.publishBroadcast(broadcastId, { type: 'standings', userIds: [userId] }),
      );
      return row;
    }),
  );
}

/**
 * Ends someone's moderating; changes nothing if they don't. Once for each request id.
 * @throws NotFound for an unknown broadcast, PermissionDenied unless host or admin
 */
export async function removeModerator(
  { db, clock, pulse }: PeopleDeps,
  actor: UserActor,
  { requestId, broadcastId, userId }: ModeratorInput,
): Promise<void> {
  const action = 'broadcasts.removeModerator';
  const key = { action, by: actor.userId, requestId, input: [broadcastId, userId] };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const now = clock.now();
      await requireAuthority(tx, actor, broadcastId, now, ['admin', 'host']);
      if (!(await deleteModerator(tx, broadcastId, userId))) return null;
      await noteChange(tx, {
        ...{ scopeId: broadcastId, userId, kind: 'moderator_removed', reason: '' },
        ...{ expiresAt: null, changedBy: actor.userId, changedAt: now },
      });
      tx.afterCommit(() =>
        pulse.publishBroadcast(broadcastId, { type: 'standings', userIds: [userId] }),
      );
      return null;
    }),
  );
}
