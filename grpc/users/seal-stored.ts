import { isDuplicateKey } from '../db/index.ts';
import { forEachRow, isSealed } from '../vault/index.ts';
import type { AccountLinkRow, UserRow } from './entities.ts';
import { emailColumns, emailIndexOf, phoneColumns } from './personal-columns.ts';
import type { UsersDeps } from './users-deps.ts';

type Stored = Pick<UserRow, 'id' | 'email' | 'emailKey' | 'phone'>;

const clear = (column: string) => `(${column} <> '' AND ${column} NOT LIKE 'v1.dek#_%' ESCAPE '#')`;

/**
 * Seals e-mails and phone numbers of accounts that were made before they were sealed, while the
 * accounts are in use. Any number of processes may do so at once, and be killed while they do.
 */
export async function sealStoredAccounts(
  deps: Pick<UsersDeps, 'db' | 'vault' | 'log'>,
  signal?: AbortSignal,
): Promise<void> {
  const { db } = deps;
  const accounts = (afterId: string) =>
    db.primary.rows<Stored>(
      `SELECT id, email, emailKey, phone FROM users
       WHERE id > ? AND (${clear('email')} OR ${clear('phone')}) ORDER BY id LIMIT 200`,
      [afterId],
    );
  await forEachRow(accounts, (row) => sealAccount(deps, row), signal);
  const links = (afterId: string) =>
    db.primary.rows<Pick<AccountLinkRow, 'id' | 'emailKey'>>(
      `SELECT id, emailKey FROM account_links WHERE id > ? AND emailKey LIKE '%@%'
       ORDER BY id LIMIT 200`,
      [afterId],
    );
  const sql = 'UPDATE account_links SET emailKey = ? WHERE id = ?';
  const sealLink = ({ id, emailKey }: Pick<AccountLinkRow, 'id' | 'emailKey'>) =>
    db.transaction((tx) => tx.execute(sql, [emailIndexOf(deps, emailKey), id]));
  await forEachRow(links, sealLink, signal);
}

async function sealAccount(
  deps: Pick<UsersDeps, 'db' | 'vault' | 'log'>,
  { id, email, emailKey, phone }: Stored,
): Promise<void> {
  const { vault } = deps;
  const sealedEmail =
    email === '' || isSealed(email) ? { email, emailKey } : emailColumns({ vault }, id, email);
  const sealedPhone = isSealed(phone) ? undefined : phoneColumns({ vault }, id, phone);
  try {
    await deps.db.transaction(async (tx) => {
      // Whoever changed the row meanwhile has sealed it.
      await tx.execute(
        'UPDATE users SET email = ?, emailKey = ? WHERE id = ? AND email = ? AND emailKey = ?',
        [sealedEmail.email, sealedEmail.emailKey, id, email, emailKey],
      );
      if (sealedPhone === undefined) return;
      const values = [sealedPhone.phone, sealedPhone.phoneKey, id, phone];
      await tx.execute(
        'UPDATE users SET phone = ?, phoneKey = ? WHERE id = ? AND phone = ?',
        values,
      );
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    deps.log.error({ userId: id }, 'this account has the e-mail of another and stays unsealed');
  }
}
