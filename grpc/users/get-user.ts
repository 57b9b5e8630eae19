import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { readUser } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/**
 * Reads an account: one's own, or any for an admin or a service.
 * @throws NotFound when there is none, and alike when it is not the actor's to see
 */
export async function getUser({ db }: UsersDeps, actor: Actor, userId: string): Promise<User> {
  if (!mayActFor(actor, userId)) throw new NotFound('user', userId);
  return readUser(db.primary, userId);
}
