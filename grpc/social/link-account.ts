import type { UserActor } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { SocialAccountRow } from './entities.ts';
import { type FinishInput, finishAttempt } from './finish-attempt.ts';
import type { SocialDeps } from './social-deps.ts';
import { findLink, insertLink } from './store.ts';

/**
 * Links an account elsewhere to the actor's own. Linking the same one again changes nothing.
 * @throws what finishAttempt throws; DomainError SOCIAL_ALREADY_LINKED when it is linked to another
 *   account, or another account of that provider to this one; ACCOUNT_SUSPENDED
 */
export async function linkAccount(
  deps: SocialDeps,
  { userId }: UserActor,
  input: Omit<FinishInput, 'userId'>,
): Promise<SocialAccountRow> {
  const { provider } = input;
  const { subject } = await finishAttempt(deps, { ...input, userId });
  const who = { provider, subject };
  return deps.db.transaction(async (tx) => {
    const user = await deps.users.lockIn(tx, userId);
    if (user.suspended) throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
    const now = deps.clock.now();
    const isNew = await insertLink(tx, who, userId, now);
    const link = await findLink(tx, who);
    if (link?.userId !== userId) {
      const reason = link === undefined ? 'another_is_linked' : 'linked_elsewhere';
      const details = { provider, reason };
      throw new DomainError('SOCIAL_ALREADY_LINKED', 'there is such a link already', details);
    }
    if (isNew) {
      const change = { userId, kind: 'social_linked', reason: provider } as const;
      await deps.users.noteChangeIn(tx, { ...change, changedBy: userId, changedAt: now });
    }
    return link;
  });
}
