import type { Actor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { RetainedIdentity } from '../users/index.ts';
import type { DeparturesDeps } from './departures-deps.ts';

/**
 * Erases a bite of what each domain still holds of someone who left. Answers whether nothing is
 * left. Killed in between, it goes on where it was.
 */
export async function eraseRest(
  { personalData }: DeparturesDeps,
  userId: string,
): Promise<boolean> {
  let isDone = true;
  for (const data of personalData) {
    isDone = ((await data.eraseRest?.(userId)) ?? true) && isDone;
  }
  return isDone;
}

/**
 * Forgets who people were that left, and whatever else was kept of them, where law wants it kept no
 * longer; at most `limit` of them, each in a transaction of its own. Answers how many.
 */
export async function eraseRetained(deps: DeparturesDeps, limit: number): Promise<number> {
  const { db, clock, users, personalData } = deps;
  const due = await users.listRetained(clock.now(), limit);
  for (const userId of due) {
    await db.transaction(async (tx) => {
      if (!(await users.forgetRetainedIn(tx, userId, clock.now()))) return;
      for (const data of personalData) await data.eraseRetainedIn?.(tx, userId);
    });
  }
  return due.length;
}

/**
 * Who someone was that left, for authorities and disputes; who looked, and why, is noted.
 * @throws DomainError NOT_FOUND when nothing is kept
 */
export async function readRetained(
  { users }: DeparturesDeps,
  actor: Actor,
  input: { readonly userId: string; readonly reason: string },
): Promise<RetainedIdentity> {
  const identity = await users.readRetained(actor, input);
  if (identity === undefined) {
    throw new DomainError('NOT_FOUND', `nothing is kept of user ${input.userId}`);
  }
  return identity;
}
