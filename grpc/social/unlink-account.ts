import type { UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { DomainError, NotFound } from '../../common/errors/index.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, once, type Tx } from '../db/index.ts';
import type { SocialAccountRow, SocialProviderName } from './entities.ts';
import type { SocialDeps } from './social-deps.ts';
import { deleteLink, findLink, listLinks } from './store.ts';

/** A link to take away. */
export interface UnlinkInput {
  readonly requestId: string;
  readonly provider: SocialProviderName;
}

/**
 * Takes a link away; a job tells the provider. Idempotent by `requestId`.
 * @throws NotFound; DomainError LAST_WAY_IN when neither a password nor another link would be left,
 *   of simultaneous attempts too; RequestIdReused
 */
export async function unlinkAccount(
  deps: SocialDeps,
  { userId }: UserActor,
  { requestId, provider }: UnlinkInput,
): Promise<void> {
  const key = { action: 'social.unlink', by: userId, requestId, input: { provider } };
  const { db, clock, sealer, users } = deps;
  await db.transaction(async (tx) => {
    const now = clock.now();
    await once(tx, key, now, async () => {
      await users.lockIn(tx, userId);
      const links = await listLinks(tx, userId);
      const link = links.find((one) => one.provider === provider);
      if (link === undefined) throw new NotFound('social account', provider);
      if (links.length === 1 && !(await users.hasPasswordIn(tx, userId))) {
        throw new DomainError('LAST_WAY_IN', 'nothing else opens this account', { provider });
      }
      await removeIn(deps, tx, link, userId, now);
      const payload = { provider, sealedSubject: sealer.seal(link.subject) };
      await enqueueJobs(tx, [jobOf('social.tell-unlink', payload, now)], now);
      return null;
    });
  });
}

/**
 * Takes away the link of someone who unlinked at Kakao; does nothing when there is none. Whom this
 * leaves without a way in keeps the account, and is told by mail to set a password.
 */
export async function receiveKakaoUnlink(deps: SocialDeps, subject: string): Promise<void> {
  const who = { provider: 'kakao', subject } as const;
  const { db, clock, users } = deps;
  await db.transaction(async (tx) => {
    const found = await findLink(tx, who);
    if (found === undefined) return;
    const user = await users.lockIn(tx, found.userId);
    const link = await findLink(tx, who);
    if (link?.userId !== user.id) return;
    const now = clock.now();
    await removeIn(deps, tx, link, 'system', now);
    const isOpen = (await users.hasPasswordIn(tx, user.id)) || (await hasLinks(tx, user.id));
    if (isOpen) return;
    const { id: userId, email: to, name, language } = user;
    const mail = { template: 'social_unlinked', userId, to, name, language } as const;
    await deps.notifications.queueMailsIn(tx, [{ ...mail, expiresAt: now + 604_800_000 }], now);
  });
}

/** Takes away every link of an account. Providers are not told: they vouched for someone else. */
export async function dropSocialLinksOf(tx: Tx, userId: string): Promise<void> {
  await tx.execute('DELETE FROM social_accounts WHERE userId = ?', [userId]);
}

async function removeIn(
  { users }: SocialDeps,
  tx: Tx,
  link: SocialAccountRow,
  changedBy: string,
  now: EpochMs,
): Promise<void> {
  await deleteLink(tx, link.id);
  const change = { userId: link.userId, kind: 'social_unlinked', reason: link.provider } as const;
  await users.noteChangeIn(tx, { ...change, changedBy, changedAt: now });
}

async function hasLinks(tx: Tx, userId: string): Promise<boolean> {
  return (await listLinks(tx, userId)).length > 0;
}
