import { type Language, RequestIdReused } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { mailLinkIn } from './account-links.ts';
import { onceForUser } from './once-for-user.ts';
import { checkPassword } from './password-rules.ts';
import { emailIndexOf } from './personal-columns.ts';
import { insertUser, passwordHashOf, readUser } from './store.ts';
import { agreeIn, consentIn } from './terms.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** A new account. */
export interface SignUpInput {
  readonly requestId: string;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  /** E.164, or empty when not given. */
  readonly phone: string;
  readonly language: Language;
  /** The terms agreed to, which must be those in force; empty when not asked yet. */
  readonly tosVersion: string;
  readonly marketingConsent: boolean;
  /** From where; empty for calls from within. */
  readonly address: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an account with the role viewer, and mails a link that verifies its e-mail. Of any number of simultaneous sign-ups with one e-mail,
 * one makes the account. Idempotent by `requestId` within one e-mail.
 *
 * The password takes no part in the kept hash of the request, which is fast and so would give the
 * password away to whoever reads the table; a repeated request is checked against the account's
 * argon2id hash instead.
 * @throws DomainError EMAIL_TAKEN, WEAK_PASSWORD; RATE_LIMITED past SIGN_UPS_PER_HOUR
 * @throws InvalidState when the terms agreed to are not in force
 * @throws RequestIdReused when the id was used with another name, phone number or password
 * @throws Overloaded when too many passwords wait to be hashed
 */
export async function signUp(deps: UsersDeps, input: SignUpInput): Promise<User> {
  const { email, password, name, phone, language, requestId, signal } = input;
  checkPassword(password, input);
  if (input.address !== '') await deps.limits.signUps.require(input.address);
  const passwordHash = await deps.passwords.hash(password, signal);
  // Under a key, for whoever reads the table could try e-mails and phone numbers on a plain hash.
  const { vault } = deps;
  const by = `anonymous:${emailIndexOf(deps, email)}`;
  const hashed = vault.blindIndex('sign-up', JSON.stringify({ email, name, phone }));
  const key = { action: 'users.signUp', by, requestId, input: hashed };
  const newUser = { email, name, phone, language, passwordHash };
  const now = deps.clock.now();
  const { user, storedHash } = await deps.db.transaction(async (tx) => {
    const user = await onceForUser(deps, tx, key, now, async () => {
      const userId = await insertUser(deps, tx, newUser, now);
      await settleIn(deps, tx, userId, input, now);
      return userId;
    });
    return { user, storedHash: await passwordHashOf(tx, user.id) };
  });
  const isRepeated = storedHash !== passwordHash;
  if (isRepeated && !(await deps.passwords.verify(storedHash, password, signal))) {
    throw new RequestIdReused(requestId);
  }
  return user;
}

/** What a new account begins with, beside itself. */
async function settleIn(
  deps: UsersDeps,
  tx: Tx,
  userId: string,
  { tosVersion, marketingConsent }: SignUpInput,
  now: number,
): Promise<void> {
  const user = await readUser(deps, tx, userId);
  if (tosVersion !== '') await agreeIn(tx, userId, tosVersion, now);
  await consentIn(tx, user, marketingConsent, now);
  await mailLinkIn(deps, tx, user, 'verify_email', now);
}
