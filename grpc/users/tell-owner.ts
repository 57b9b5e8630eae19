import type { EpochMs } from '../../common/clock.ts';
import type { Tx } from '../db/index.ts';
import type { User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

/** For how long it is worth telling someone what became of their account. */
const worthTellingMs = 7 * 86_400_000;

/** Queues a mail that tells an account's owner, at the e-mail it has in `user`, what was done. */
export async function tellOwnerIn(
  { notifications }: Pick<UsersDeps, 'notifications'>,
  tx: Tx,
  { id: userId, email: to, name, language }: Pick<User, 'id' | 'email' | 'name' | 'language'>,
  template:
    | 'email_change_requested'
    | 'email_changed'
    | 'password_changed'
    | 'password_reset_done'
    | 'account_deleted',
  now: EpochMs,
): Promise<void> {
  // Accounts that another service vouches for may have none.
  if (to === '') return;
  const mail = { template, userId, to, name, language, expiresAt: now + worthTellingMs };
  await notifications.queueMailsIn(tx, [mail], now);
}
