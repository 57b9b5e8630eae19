import { DomainError } from '../../common/errors/index.ts';
import type { UserRow } from './entities.ts';
import { completeTokens, openSession } from './open-session.ts';
import { findUserRowByEmail, readUser, replacePasswordHash } from './store.ts';
import type { Tokens } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** Credentials. */
export interface LogInInput {
  readonly email: string;
  readonly password: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a session. An unknown e-mail, an account without a password and a wrong password are
 * answered alike and after the same work.
 * @throws DomainError BAD_CREDENTIALS
 * @throws Overloaded when too many passwords wait to be checked
 */
export async function logIn(deps: UsersDeps, input: LogInInput): Promise<Tokens> {
  const row = await findUserRowByEmail(deps.db.primary, input.email);
  const fits = await deps.passwords.verify(row?.passwordHash, input.password, input.signal);
  if (row === undefined || !fits) {
    throw new DomainError('BAD_CREDENTIALS', 'wrong e-mail or password');
  }
  const renewed = await renewHash(deps, row, input.password);
  const now = deps.clock.now();
  const pending = await deps.db.transaction(async (tx) => {
    if (renewed !== undefined) {
      await replacePasswordHash(tx, row.id, renewed.before, renewed.after);
    }
    return openSession(deps, tx, await readUser(tx, row.id), now);
  });
  return completeTokens(deps, pending, now);
}

/** The password is at hand only now, so now is when a change of the settings takes hold. */
async function renewHash({ passwords }: UsersDeps, row: UserRow, password: string) {
  const before = row.passwordHash;
  if (before === null || !passwords.isOutdated(before)) return undefined;
  return { before, after: await passwords.hash(password) };
}
