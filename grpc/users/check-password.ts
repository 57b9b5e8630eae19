import { findUserRowByEmail, replacePasswordHash } from './store.ts';
import type { UsersDeps } from './users-deps.ts';

/** A password that someone brings. */
export interface PasswordClaim {
  readonly email: string;
  readonly password: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Whom an e-mail names, and the proof that the password fits, for `lockForLoginIn`. */
export interface CheckedPassword {
  readonly userId: string | undefined;
  readonly proof: string | undefined;
}

/**
 * Checks a password, with the same work whether there is such an account or not. A hash that was
 * made with other settings than today's is renewed: the password is at hand only now.
 * @throws Overloaded when too many passwords wait to be checked
 */
export async function checkPasswordOf(
  deps: UsersDeps,
  { email, password, signal }: PasswordClaim,
): Promise<CheckedPassword> {
  const { db, passwords } = deps;
  const row = await findUserRowByEmail(deps, db.primary, email);
  const fits = await passwords.verify(row?.passwordHash, password, signal);
  const before = row?.passwordHash ?? undefined;
  if (row === undefined || before === undefined || !fits) {
    return { userId: row?.id, proof: undefined };
  }
  if (!passwords.isOutdated(before)) return { userId: row.id, proof: before };
  const after = await passwords.hash(password, signal);
  await db.transaction((tx) => replacePasswordHash(tx, row.id, before, after));
  return { userId: row.id, proof: after };
}
