import { DomainError } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, hashInput, once, type Tx } from '../db/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { findLink, mailLinkIn, voidLinksIn } from './account-links.ts';
import { emailKeyOf } from './email.ts';
import { checkPassword } from './password-rules.ts';
import { findUserRowByEmail, lockUser, readUser } from './store.ts';
import { tellOwnerIn } from './tell-owner.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/**
 * Takes note that someone forgot the password of an e-mail. Whether it has an account is looked up
 * later, by a worker, so that answer and work are the same for any e-mail.
 * @throws DomainError RATE_LIMITED, by e-mail and by address, known or not
 */
export async function requestPasswordReset(
  { limits, db, clock, sealer }: UsersDeps,
  email: string,
  address: string,
): Promise<void> {
  await limits.resets.require(hashInput(emailKeyOf(email)));
  if (address !== '') await limits.resetsFrom.require(address);
  const now = clock.now();
  const job = jobOf('users.send-reset', { sealedEmail: sealer.seal(email) }, now);
  await db.transaction((tx) => enqueueJobs(tx, [job], now));
}

/** A reset that was asked for. */
export interface PasswordResetJob {
  readonly jobId: string;
  readonly sealedEmail: string;
}

/**
 * Makes the link that was asked for and queues its mail, if the e-mail has an account that may be
 * used. One link for a job, however often it runs.
 * @throws Error when it can't be opened, since SERVICE_SECRET changed
 */
export async function sendPasswordReset(
  deps: UsersDeps,
  { jobId, sealedEmail }: PasswordResetJob,
): Promise<void> {
  const email = deps.sealer.open(sealedEmail);
  if (email === undefined) throw new DomainError('INVALID_STATE', 'sealed with another secret');
  const key = { action: 'users.sendReset', by: 'system', requestId: jobId, input: null };
  await deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    await once(tx, key, now, async () => {
      const row = await findUserRowByEmail(deps, tx, email);
      if (row === undefined || row.suspendedAt !== null) return null;
      await lockUser(tx, row.id);
      await mailLinkIn(deps, tx, await readUser(deps, tx, row.id), 'reset_password', now);
      return null;
    });
  });
}

/** A new password, by a link. */
export interface ResetPasswordInput {
  readonly token: string;
  readonly password: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sets a new password by a link, once; ends every session; tells the owner by mail. Who has the
 * link has the e-mail, which is thereby verified.
 * @throws DomainError LINK_NOT_VALID; WEAK_PASSWORD, after which the link still works
 * @throws Overloaded when too many passwords wait to be hashed
 */
export async function resetPassword(deps: UsersDeps, input: ResetPasswordInput): Promise<void> {
  const { db, clock, passwords } = deps;
  const { token, password, signal } = input;
  const found = await findLink(db.primary, 'reset_password', token, clock.now());
  checkPassword(password, await readUser(deps, db.primary, found.userId));
  const passwordHash = await passwords.hash(password, signal);
  await db.transaction(async (tx) => {
    await lockUser(tx, found.userId);
    const now = clock.now();
    await findLink(tx, 'reset_password', token, now);
    await setPassword(deps, tx, await readUser(deps, tx, found.userId), passwordHash, now);
  });
}

async function setPassword(
  deps: UsersDeps,
  tx: Tx,
  user: User,
  passwordHash: string,
  now: number,
): Promise<void> {
  const userId = user.id;
  await voidLinksIn(tx, userId, 'reset_password');
  await tx.execute(
    'UPDATE users SET passwordHash = ?, emailVerifiedAt = COALESCE(emailVerifiedAt, ?) WHERE id = ?',
    [passwordHash, now, userId],
  );
  await deps.endSessionsIn(tx, userId, 'password_reset', now);
  // Whoever opened the account with an e-mail that wasn't theirs must not stay in, or keep its
  // owner out, by a link or a second factor.
  if (user.emailVerifiedAt === undefined) await deps.dropProofsIn(tx, userId, now);
  const change = { userId, kind: 'password_reset', reason: '', changedBy: userId } as const;
  await noteAccountChange(tx, { ...change, changedAt: now });
  await tellOwnerIn(deps, tx, user, 'password_reset_done', now);
}
