import { RequestIdReused } from '../../common/errors/index.ts';
import { hashInput } from '../db/index.ts';
import { emailKeyOf } from './email.ts';
import { onceForUser } from './once-for-user.ts';
import { checkPassword } from './password-rules.ts';
import { insertUser, passwordHashOf } from './store.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** A new account. */
export interface SignUpInput {
  readonly requestId: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** Empty when not given. */
  readonly phone: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an account with the role viewer. Of any number of simultaneous sign-ups with one e-mail,
 * one makes the account. Idempotent by `requestId` within one e-mail.
 *
 * The password takes no part in the kept hash of the request, which is fast and so would give the
 * password away to whoever reads the table; a repeated request is checked against the account's
 * argon2id hash instead.
 * @throws DomainError EMAIL_TAKEN, WEAK_PASSWORD
 * @throws RequestIdReused when the id was used with another name, phone number or password
 * @throws Overloaded when too many passwords wait to be hashed
 */
export async function signUp(deps: UsersDeps, input: SignUpInput): Promise<User> {
  const { email, password, name, phone, requestId, signal } = input;
  checkPassword(password, email);
  const passwordHash = await deps.passwords.hash(password, signal);
  // The e-mail is hashed because a scope is shorter than an e-mail may be.
  const by = `anonymous:${hashInput(emailKeyOf(email))}`;
  const key = { action: 'users.signUp', by, requestId, input: { email, name, phone } };
  const now = deps.clock.now();
  const { user, storedHash } = await deps.db.transaction(async (tx) => {
    const user = await onceForUser(tx, key, now, () =>
      insertUser(tx, { email, name, phone, passwordHash }, now),
    );
    return { user, storedHash: await passwordHashOf(tx, user.id) };
  });
  const isRepeated = storedHash !== passwordHash;
  if (isRepeated && !(await deps.passwords.verify(storedHash, password, signal))) {
    throw new RequestIdReused(requestId);
  }
  return user;
}
