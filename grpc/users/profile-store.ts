import type { EpochMs } from '../../common/clock.ts';
import { DomainError } from '../../common/errors/index.ts';
import {
  type Database,
  findRequests,
  isDuplicateKey,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import { emailKeyOf, readEmail } from './email.ts';
import type { User } from './user.ts';

/** Sets what an account's owner may change at will. */
export async function setProfile(
  tx: Tx,
  userId: string,
  { name, phone, language }: Pick<User, 'name' | 'phone' | 'language'>,
): Promise<void> {
  await tx.execute('UPDATE users SET name = ?, phone = ?, language = ? WHERE id = ?', [
    name,
    phone,
    language,
    userId,
  ]);
}

/**
 * Sets an e-mail that was verified just now.
 * @throws DomainError EMAIL_TAKEN; the database's unique key decides who was first
 */
export async function setEmail(tx: Tx, userId: string, email: string, now: EpochMs): Promise<void> {
  const address = readEmail(email)?.address ?? email.trim();
  try {
    await tx.execute('UPDATE users SET email = ?, emailKey = ?, emailVerifiedAt = ? WHERE id = ?', [
      address,
      emailKeyOf(address),
      now,
      userId,
    ]);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new DomainError('EMAIL_TAKEN', 'an account with this e-mail exists');
  }
}

/** Sets the hash of a new password. */
export async function setPasswordHash(tx: Tx, userId: string, hash: string): Promise<void> {
  await tx.execute('UPDATE users SET passwordHash = ? WHERE id = ?', [hash, userId]);
}

/** Whether a request of a user was answered before. */
export function wasAnswered(
  { primary }: Pick<Database, 'primary'>,
  { action, by, requestId }: { readonly action: string; readonly by: string; requestId: string },
): Promise<boolean> {
  const request = { scope: scopeOf(action, by), requestId };
  return findRequests(primary, [request]).then((found) => found.has(requestMapKey(request)));
}
