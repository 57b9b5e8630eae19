import type { UserActor } from '../../common/auth/index.ts';
import { DomainError, InvalidState } from '../../common/errors/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { findLink, mailLinkIn, voidLinksIn } from './account-links.ts';
import { emailKeysOf } from './personal-columns.ts';
import { lockUser, readUser } from './store.ts';
import type { UsersDeps } from './users-deps.ts';

/**
 * Mails a new link that verifies the actor's e-mail; older ones stop working. Does nothing when it
 * is verified.
 * @throws DomainError RATE_LIMITED past ACCOUNT_MAILS_PER_HOUR; InvalidState without an e-mail
 */
export async function requestEmailVerification(deps: UsersDeps, actor: UserActor): Promise<void> {
  await deps.limits.verifications.require(actor.userId);
  await deps.db.transaction(async (tx) => {
    await lockUser(tx, actor.userId);
    const user = await readUser(deps, tx, actor.userId);
    if (user.emailVerifiedAt !== undefined) return;
    if (user.email === '') throw new InvalidState('user', 'no_email', 'the account has no e-mail');
    await mailLinkIn(deps, tx, user, 'verify_email', deps.clock.now());
  });
}

/**
 * Marks the e-mail that a link was sent to as verified. A link works once.
 * @throws DomainError LINK_NOT_VALID when it is too old, was used or voided, or when the account
 *   has another e-mail by now
 */
export async function verifyEmail(deps: UsersDeps, token: string): Promise<void> {
  const { db, clock } = deps;
  await db.transaction(async (tx) => {
    const now = clock.now();
    const { userId } = await findLink(tx, 'verify_email', token, now);
    await lockUser(tx, userId);
    const link = await findLink(tx, 'verify_email', token, now);
    const user = await readUser(deps, tx, userId);
    if (!emailKeysOf(deps, user.email).includes(link.emailKey)) {
      throw new DomainError('LINK_NOT_VALID', 'the account has another e-mail by now');
    }
    await voidLinksIn(tx, userId, 'verify_email');
    if (user.emailVerifiedAt !== undefined) return;
    await tx.execute('UPDATE users SET emailVerifiedAt = ? WHERE id = ?', [now, userId]);
    const change = { userId, kind: 'email_verified', reason: '', changedBy: userId } as const;
    await noteAccountChange(tx, { ...change, changedAt: now });
  });
}
