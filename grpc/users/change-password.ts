import type { UserActor } from '../../common/auth/index.ts';
import { RequestIdReused } from '../../common/errors/index.ts';
import { once } from '../db/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { voidLinksIn } from './account-links.ts';
import { confirmIdentity, holdsIn } from './confirm-identity.ts';
import { checkPassword } from './password-rules.ts';
import { setPasswordHash, wasAnswered } from './profile-store.ts';
import { lockUser, readUser } from './store.ts';
import { tellOwnerIn } from './tell-owner.ts';
import type { UsersDeps } from './users-deps.ts';

/** A new password for one's own account. */
export interface ChangePasswordInput {
  readonly requestId: string;
  /** Empty for an account without one. */
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sets a new password by the present one; ends every session but the actor's; tells the owner by
 * mail. Idempotent by `requestId`: passwords take no part in what is kept of the request, so a
 * repeated one is recognised by its new password being the account's.
 * @throws DomainError BAD_CREDENTIALS, REAUTHENTICATION_REQUIRED, WEAK_PASSWORD; RATE_LIMITED after
 *   wrong passwords
 * @throws RequestIdReused when the id was used with another new password
 * @throws Overloaded when too many passwords wait to be hashed
 */
export async function changePassword(
  deps: UsersDeps,
  actor: UserActor,
  input: ChangePasswordInput,
): Promise<void> {
  const { userId, sessionId } = actor;
  const { requestId, currentPassword, newPassword, signal } = input;
  const key = { action: 'users.changePassword', by: userId, requestId, input: null };
  if (await wasAnswered(deps.db, key)) {
    await confirmIdentity(deps, actor, { password: newPassword, signal }).catch(() => {
      throw new RequestIdReused(requestId);
    });
    return;
  }
  const proof = await confirmIdentity(deps, actor, { password: currentPassword, signal });
  checkPassword(newPassword, await readUser(deps, deps.db.primary, userId));
  const passwordHash = await deps.passwords.hash(newPassword, signal);
  await deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    await once(tx, key, now, async () => {
      await lockUser(tx, userId);
      await holdsIn(tx, proof);
      await setPasswordHash(tx, userId, passwordHash);
      await voidLinksIn(tx, userId, 'reset_password');
      await deps.endSessionsIn(tx, userId, 'password_changed', now, sessionId);
      const change = { userId, kind: 'password_changed', reason: '', changedBy: userId } as const;
      await noteAccountChange(tx, { ...change, changedAt: now });
      await tellOwnerIn(deps, tx, await readUser(deps, tx, userId), 'password_changed', now);
      return null;
    });
  });
}
