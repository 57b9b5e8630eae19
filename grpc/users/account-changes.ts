import { newId } from '../../common/ids.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { AccountChangeRow } from './entities.ts';

/** Notes what was done to an account. */
export async function noteAccountChange(
  tx: Tx,
  change: Omit<AccountChangeRow, 'id'>,
): Promise<void> {
  await tx.insert('account_changes', [{ id: newId('aud'), ...change }]);
}

/** What was done to an account, roles included. */
export interface AccountChange {
  readonly id: string;
  /** E.g. `suspended`, `role_granted:seller`. */
  readonly kind: string;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: number;
}

/** Changes of an account, newest first, and one more than asked for if there are more. */
export function listAccountChanges(
  read: Reader,
  filter: {
    readonly userId: string;
    readonly beforeId?: string | undefined;
    readonly limit: number;
  },
): Promise<AccountChange[]> {
  const { userId, beforeId = '~', limit } = filter;
  const kind =
    read.dialect.name === 'sqlite'
      ? `'role_' || kind || ':' || role`
      : `CONCAT('role_', kind, ':', role)`;
  return read.rows<AccountChange>(
    `SELECT id, kind, reason, changedBy, changedAt FROM account_changes
       WHERE userId = ? AND id < ?
     UNION ALL
     SELECT id, ${kind}, reason, changedBy, changedAt FROM role_changes
       WHERE userId = ? AND id < ?
     ORDER BY id DESC LIMIT ${limit + 1}`,
    [userId, beforeId, userId, beforeId],
  );
}
