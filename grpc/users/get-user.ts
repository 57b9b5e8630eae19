import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { maskEmail, maskPhone, recordReadsIn } from '../privacy/index.ts';
import { readUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** Which account, and why. */
export interface GetUserInput {
  readonly userId: string;
  /** Why someone else's is to be shown in full, for the audit; empty to see it masked. */
  readonly reason: string;
}

/**
 * Reads an account: one's own, or any for an admin or a service. Someone else's has its e-mail and
 * phone number masked; with a reason it is shown in full, and who saw it is noted.
 * @throws NotFound when there is none, and alike when it is not the actor's to see
 */
export async function getUser(
  deps: UsersDeps,
  actor: Actor,
  { userId, reason }: GetUserInput,
): Promise<User> {
  if (!mayActFor(actor, userId)) throw new NotFound('user', userId);
  if (isOwn(actor, userId)) return readUser(deps, deps.db.primary, userId);
  if (reason === '') return maskUser(await readUser(deps, deps.db.primary, userId));
  return deps.db.transaction(async (tx) => {
    const user = await readUser(deps, tx, userId);
    const fields = ['email', 'phone'];
    const read = { actor, userIds: [userId], fields, source: 'users.getUser', reason } as const;
    await recordReadsIn(tx, read, deps.clock.now());
    return user;
  });
}

/** An account as it is answered to whoever changed it. */
export function shownTo(actor: Actor, user: User): User {
  return isOwn(actor, user.id) ? user : maskUser(user);
}

function isOwn(actor: Actor, userId: string): boolean {
  return actor.kind === 'user' && actor.userId === userId;
}

function maskUser(user: User): User {
  return { ...user, email: maskEmail(user.email), phone: maskPhone(user.phone) };
}
