import { type Actor, actorLabel } from '../../common/auth/index.ts';
import { InvalidState } from '../../common/errors/index.ts';
import type { Reader } from '../db/index.ts';
import { placeholders } from '../db/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { endBroadcastsLater } from './end-broadcasts-later.ts';
import type { UserRow } from './entities.ts';
import { onceForUser } from './once-for-user.ts';
import { lockUser, readUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** An account to suspend, or to take back. */
export interface SuspensionInput {
  readonly requestId: string;
  readonly userId: string;
  /** Why, for the audit. */
  readonly reason: string;
}

/**
 * Suspends an account: its sessions end at once, it can neither log in nor order nor be on air, and
 * its owner is told by mail. Suspending it again changes nothing. Idempotent by `requestId`.
 * @throws NotFound; InvalidState for an admin, whose role must be taken first; RequestIdReused
 */
export function suspendUser(deps: UsersDeps, actor: Actor, input: SuspensionInput): Promise<User> {
  return change(deps, 'users.suspendUser', actor, input, true);
}

/**
 * Ends a suspension. Idempotent by `requestId`.
 * @throws NotFound, RequestIdReused
 */
export function unsuspendUser(
  deps: UsersDeps,
  actor: Actor,
  input: SuspensionInput,
): Promise<User> {
  return change(deps, 'users.unsuspendUser', actor, input, false);
}

function change(
  deps: UsersDeps,
  action: string,
  actor: Actor,
  { requestId, userId, reason }: SuspensionInput,
  suspend: boolean,
): Promise<User> {
  const changedBy = actorLabel(actor);
  const key = { action, by: changedBy, requestId, input: { userId, reason } };
  return deps.db.transaction((tx) => {
    const now = deps.clock.now();
    return onceForUser(deps, tx, key, now, async () => {
      await lockUser(tx, userId);
      const user = await readUser(deps, tx, userId);
      if (user.erasedAt !== undefined) {
        throw new InvalidState('user', 'erased', 'the account has ended');
      }
      if (user.suspended === suspend) return userId;
      if (suspend && user.roles.includes('admin')) {
        throw new InvalidState('user', 'admin', 'take the admin role first');
      }
      const at = suspend ? now : null;
      await tx.execute('UPDATE users SET suspendedAt = ? WHERE id = ?', [at, userId]);
      const kind = suspend ? 'suspended' : 'unsuspended';
      await noteAccountChange(tx, { userId, kind, reason, changedBy, changedAt: now });
      if (suspend) await deps.endSessionsIn(tx, userId, 'suspended', now);
      if (suspend && user.roles.includes('seller')) await endBroadcastsLater(tx, userId, now);
      const { email: to, name, language } = user;
      const mail = { template: kind, userId, to, name, language } as const;
      await deps.notifications.queueMailsIn(tx, [{ ...mail, expiresAt: now + 604_800_000 }], now);
      return userId;
    });
  });
}

/** Those of the accounts that are suspended. Up to 10,000 ids. */
export async function suspendedAmong(
  reader: Reader,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(userIds)].sort();
  if (ids.length === 0) return new Set();
  const rows = await reader.rows<Pick<UserRow, 'id'>>(
    `SELECT id FROM users WHERE id IN (${placeholders(ids)}) AND suspendedAt IS NOT NULL`,
    ids,
  );
  return new Set(rows.map((row) => row.id));
}
