import type { EpochMs } from '../../common/clock.ts';
import type { Tx } from '../db/index.ts';
import type { SellerApplicationRow } from './entities.ts';
import type { SellersDeps } from './sellers-deps.ts';

/** Mails that sellers get of their applications. */
type SellerMail = 'seller_approved' | 'seller_rejected' | 'seller_suspended' | 'seller_reinstated';

/** Milliseconds after which such news is none any more. */
const mailTermMs = 7 * 86_400_000;

/** Queues a mail to the applicant, with the reason where it is theirs to know. */
export async function mailSeller(
  { users, notifications }: SellersDeps,
  tx: Tx,
  { userId }: SellerApplicationRow,
  template: SellerMail,
  now: EpochMs,
  note?: string,
): Promise<void> {
  const { email: to, name, language } = await users.readIn(tx, userId);
  const mail = { template, userId, to, name, language, note, expiresAt: now + mailTermMs };
  await notifications.queueMailsIn(tx, [mail], now);
}
