import type { EpochMs } from '../../common/clock.ts';
import {
  type Database,
  findRequests,
  isDuplicateKey,
  requestMapKey,
  scopeOf,
  type Tx,
} from '../db/index.ts';
import { emailColumns, phoneColumns } from './personal-columns.ts';
import { emailTaken, requireNotInTheClear, type StoreDeps } from './store.ts';
import type { User } from './user.ts';

/** Sets what an account's owner may change at will. */
export async function setProfile(
  deps: StoreDeps,
  tx: Tx,
  userId: string,
  { name, phone, language }: Pick<User, 'name' | 'phone' | 'language'>,
): Promise<void> {
  const { phone: sealed, phoneKey } = phoneColumns(deps, userId, phone);
  await tx.execute(
    'UPDATE users SET name = ?, phone = ?, phoneKey = ?, language = ? WHERE id = ?',
    [name, sealed, phoneKey, language, userId],
  );
}

/**
 * Sets an e-mail that was verified just now.
 * @throws DomainError EMAIL_TAKEN; the database's unique key decides who was first
 */
export async function setEmail(
  deps: StoreDeps,
  tx: Tx,
  userId: string,
  email: string,
  now: EpochMs,
): Promise<void> {
  await requireNotInTheClear(tx, email, userId);
  const { email: sealed, emailKey } = emailColumns(deps, userId, email);
  try {
    await tx.execute('UPDATE users SET email = ?, emailKey = ?, emailVerifiedAt = ? WHERE id = ?', [
      sealed,
      emailKey,
      now,
      userId,
    ]);
  } catch (error) {
    throw isDuplicateKey(error) ? emailTaken() : error;
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
