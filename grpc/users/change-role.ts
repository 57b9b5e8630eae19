import { type Actor, actorLabel, type Role } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { InvalidArgument, InvalidState } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { endBroadcastsLater } from './end-broadcasts-later.ts';
import { onceForUser } from './once-for-user.ts';
import { addRole, lockAdmins, lockUser, removeRole } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** A role to give or to take. */
export interface ChangeRoleInput {
  readonly requestId: string;
  readonly userId: string;
  readonly role: Role;
  /** Why, for the audit. */
  readonly reason: string;
}

/**
 * Gives a role to an account and notes who did so and why; does neither when the account holds it.
 * Shows in the next access token. Idempotent by `requestId`.
 * @throws NotFound when there is no such account
 * @throws RequestIdReused when the id was used with other input
 */
export function grantRole(deps: UsersDeps, actor: Actor, input: ChangeRoleInput): Promise<User> {
  return changeRole(deps, 'users.grantRole', actor, input, addRole);
}

/**
 * Takes a role from an account and notes who did so and why; does neither when the account lacks
 * it. Shows in the next access token; who was an admin must log in again, so that no token says it
 * any more. Idempotent by `requestId`.
 * @throws NotFound when there is no such account
 * @throws InvalidState for the admin role of the last admin, of simultaneous attempts too
 * @throws InvalidArgument for the role viewer, which everyone has
 * @throws RequestIdReused when the id was used with other input
 */
export async function revokeRole(
  deps: UsersDeps,
  actor: Actor,
  input: ChangeRoleInput,
): Promise<User> {
  if (input.role === 'viewer') throw new InvalidArgument('role: everyone is a viewer');
  return changeRole(deps, 'users.revokeRole', actor, input, async (tx, change) => {
    if (change.role === 'admin') await requireAnotherAdmin(tx, change.userId);
    const isTaken = await removeRole(tx, change);
    if (isTaken && change.role === 'seller') {
      await endBroadcastsLater(tx, change.userId, change.changedAt);
    }
    if (isTaken && change.role === 'admin') {
      await deps.endSessionsIn(tx, change.userId, 'role_taken', change.changedAt);
    }
    return isTaken;
  });
}

function changeRole(
  deps: UsersDeps,
  action: string,
  actor: Actor,
  { requestId, userId, role, reason }: ChangeRoleInput,
  apply: typeof addRole,
): Promise<User> {
  const { db, clock } = deps;
  const changedBy = actorLabel(actor);
  const key = { action, by: changedBy, requestId, input: { userId, role, reason } };
  return db.transaction((tx) => {
    const changedAt = clock.now();
    return onceForUser(deps, tx, key, changedAt, async () => {
      await lockUser(tx, userId);
      await requireNotErased(tx, userId);
      await apply(tx, { userId, role, reason, changedBy, changedAt });
      return userId;
    });
  });
}

/** A role to give or to take within another domain's transaction. */
export interface RoleChangeIn {
  readonly userId: string;
  readonly role: 'seller';
  readonly reason: string;
  /** A user id, or `system`. */
  readonly changedBy: string;
  readonly changedAt: EpochMs;
}

/**
 * Gives a role and notes why; does neither when the account holds it.
 * @throws NotFound; InvalidState when its owner has left
 */
export async function giveRoleIn(tx: Tx, change: RoleChangeIn): Promise<void> {
  await lockUser(tx, change.userId);
  await requireNotErased(tx, change.userId);
  await addRole(tx, change);
}

/**
 * Takes a role and notes why; does neither when the account lacks it. Sessions end with it, so that
 * within a second no token says the role any more.
 * @throws NotFound
 */
export async function takeRoleIn(deps: UsersDeps, tx: Tx, change: RoleChangeIn): Promise<void> {
  await lockUser(tx, change.userId);
  if (!(await removeRole(tx, change))) return;
  await deps.endSessionsIn(tx, change.userId, 'role_taken', change.changedAt);
}

async function requireNotErased(tx: Tx, userId: string): Promise<void> {
  const row = await tx.row('SELECT id FROM users WHERE id = ? AND erasedAt IS NOT NULL', [userId]);
  if (row === undefined) return;
  throw new InvalidState('user', 'erased', 'the account has ended');
}

/** Without any admin nobody could make one. */
async function requireAnotherAdmin(tx: Tx, userId: string): Promise<void> {
  const admins = await lockAdmins(tx);
  if (admins.length === 1 && admins[0] === userId) {
    throw new InvalidState('user', 'last_admin', 'the last admin must stay one');
  }
}
