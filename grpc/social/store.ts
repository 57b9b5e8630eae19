import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { SocialAccountRow, SocialProviderName } from './entities.ts';

/** Names an account elsewhere. */
export interface Elsewhere {
  readonly provider: SocialProviderName;
  readonly subject: string;
}

/** The link of an account elsewhere. */
export function findLink(
  reader: Reader,
  { provider, subject }: Elsewhere,
): Promise<SocialAccountRow | undefined> {
  return reader.row<SocialAccountRow>(
    'SELECT * FROM social_accounts WHERE provider = ? AND subject = ?',
    [provider, subject],
  );
}

/** Links of an account, oldest first. */
export function listLinks(reader: Reader, userId: string): Promise<SocialAccountRow[]> {
  return reader.rows<SocialAccountRow>(
    'SELECT * FROM social_accounts WHERE userId = ? ORDER BY linkedAt, id',
    [userId],
  );
}

/**
 * Links an account elsewhere. Answers false, and does nothing, when either side has such a link;
 * waits for a transaction that is just making it.
 */
export async function insertLink(
  tx: Tx,
  { provider, subject }: Elsewhere,
  userId: string,
  now: EpochMs,
): Promise<boolean> {
  const link = { id: newId('soc'), userId, provider, subject, linkedAt: now, lastUsedAt: null };
  return (await tx.insertNew('social_accounts', [link])) === 1;
}

/** Notes that someone logged in by a link. */
export async function touchLink(tx: Tx, linkId: string, now: EpochMs): Promise<void> {
  await tx.execute('UPDATE social_accounts SET lastUsedAt = ? WHERE id = ?', [now, linkId]);
}

/** Takes a link away. */
export async function deleteLink(tx: Tx, linkId: string): Promise<void> {
  await tx.execute('DELETE FROM social_accounts WHERE id = ?', [linkId]);
}
