import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { passwordHashOf } from './store.ts';
import type { UsersDeps } from './users-deps.ts';

/** How long ago logging in may lie to prove as much as a password. */
export const recentLoginMs = 10 * 60_000;

/** What someone who is logged in brings to prove that it is still them. */
export interface IdentityClaim {
  /** Empty when none is given. */
  readonly password: string;
  /** Whether having just logged in is proof also for an account with a password. */
  readonly recentLoginSuffices?: boolean;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** That it was them, as of the password that the account had then; see `holdsIn`. */
export interface IdentityProof {
  readonly userId: string;
  readonly passwordHash: string | null;
}

/**
 * Asks someone who is logged in to prove anew who they are, before something grave: by the
 * password, or, if the account has none, by having logged in no longer than ten minutes ago. Wrong
 * passwords are counted by user and delayed as when logging in.
 * @throws DomainError BAD_CREDENTIALS for a wrong password; REAUTHENTICATION_REQUIRED when one has
 *   to log in again, or to give the password; RATE_LIMITED with `retryAfterMs`
 * @throws Overloaded when too many passwords wait to be checked
 */
export async function confirmIdentity(
  deps: UsersDeps,
  actor: UserActor,
  claim: IdentityClaim,
): Promise<IdentityProof> {
  const { userId } = actor;
  const passwordHash = await passwordHashOf(deps.db.primary, userId);
  const proof = { userId, passwordHash };
  const byLogin = claim.password === '' && claim.recentLoginSuffices === true;
  if (passwordHash === null || byLogin) {
    await requireRecentLogin(deps, actor);
    return proof;
  }
  const attempt = await deps.limits.confirmations.attempt(userId);
  const fits = await deps.passwords
    .verify(passwordHash, claim.password, claim.signal)
    .catch(async (error: unknown) => {
      await attempt.undo();
      throw error;
    });
  if (!fits) throw new DomainError('BAD_CREDENTIALS', 'the password is wrong');
  await attempt.succeeded();
  return proof;
}

/**
 * Makes sure, under the account's lock, that the password which was checked is still its password.
 * @throws DomainError BAD_CREDENTIALS when it was changed meanwhile
 */
export async function holdsIn(tx: Tx, { userId, passwordHash }: IdentityProof): Promise<void> {
  if ((await passwordHashOf(tx, userId)) === passwordHash) return;
  throw new DomainError('BAD_CREDENTIALS', 'the password was changed meanwhile');
}

async function requireRecentLogin(
  { db, clock, loggedInAt }: UsersDeps,
  { sessionId }: UserActor,
): Promise<void> {
  const since = await loggedInAt(db.primary, sessionId);
  if (since !== undefined && clock.now() - since <= recentLoginMs) return;
  throw new DomainError('REAUTHENTICATION_REQUIRED', 'log in again, or give the password');
}
