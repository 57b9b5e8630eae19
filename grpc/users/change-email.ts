import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { once } from '../db/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { findLink, mailLinkIn, newEmailOf, voidLinksIn } from './account-links.ts';
import { confirmIdentity, holdsIn } from './confirm-identity.ts';
import { emailKeyOf } from './email.ts';
import { setEmail, wasAnswered } from './profile-store.ts';
import { findUserRowByEmail, lockUser, readUser } from './store.ts';
import { tellOwnerIn } from './tell-owner.ts';
import type { UsersDeps } from './users-deps.ts';

/** Another e-mail for one's own account. */
export interface EmailChangeInput {
  readonly requestId: string;
  readonly email: string;
  /** Empty for an account without one. */
  readonly password: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Mails a link to the new address, which changes the e-mail when it is followed, and tells the
 * present address. Older links stop working. Idempotent by `requestId`.
 * @throws DomainError BAD_CREDENTIALS, REAUTHENTICATION_REQUIRED; EMAIL_TAKEN, which its own e-mail
 *   is not; RATE_LIMITED past ACCOUNT_MAILS_PER_HOUR or after wrong passwords
 * @throws RequestIdReused when the id was used with another e-mail
 */
export async function requestEmailChange(
  deps: UsersDeps,
  actor: UserActor,
  { requestId, email, password, signal }: EmailChangeInput,
): Promise<void> {
  const { userId } = actor;
  const key = { action: 'users.requestEmailChange', by: userId, requestId, input: { email } };
  const proof = await confirmIdentity(deps, actor, { password, signal });
  if (!(await wasAnswered(deps.db, key))) await deps.limits.emailChanges.require(userId);
  await deps.db.transaction((tx) => {
    const now = deps.clock.now();
    return once(tx, key, now, async () => {
      await lockUser(tx, userId);
      await holdsIn(tx, proof);
      const holder = await findUserRowByEmail(deps, tx, email);
      if (holder !== undefined && holder.id !== userId) throw taken();
      const user = await readUser(deps, tx, userId);
      await mailLinkIn(deps, tx, user, 'change_email', now, email);
      await tellOwnerIn(deps, tx, user, 'email_change_requested', now);
      return null;
    });
  });
}

/**
 * Makes the e-mail of a link the account's, verified. A link works once; of several accounts that
 * want one e-mail, the first to follow its link gets it.
 * @throws DomainError LINK_NOT_VALID when it is too old, was used or voided; EMAIL_TAKEN
 */
export async function confirmEmailChange(deps: UsersDeps, token: string): Promise<void> {
  const { db, clock } = deps;
  await db.transaction(async (tx) => {
    const now = clock.now();
    const { userId } = await findLink(tx, 'change_email', token, now);
    await lockUser(tx, userId);
    const email = await newEmailOf(deps, await findLink(tx, 'change_email', token, now));
    const before = await readUser(deps, tx, userId);
    if (email === undefined || before.suspended) {
      throw new DomainError('LINK_NOT_VALID', 'the link can not be used any more');
    }
    await setEmail(deps, tx, userId, email, now);
    // Those were sent to the e-mail before.
    for (const kind of ['change_email', 'verify_email', 'reset_password'] as const) {
      await voidLinksIn(tx, userId, kind);
    }
    const change = { userId, kind: 'email_changed', reason: '', changedBy: userId } as const;
    await noteAccountChange(tx, { ...change, changedAt: now });
    if (emailKeyOf(before.email) !== emailKeyOf(email)) {
      await tellOwnerIn(deps, tx, before, 'email_changed', now);
    }
  });
}

function taken(): DomainError {
  return new DomainError('EMAIL_TAKEN', 'an account with this e-mail exists');
}
