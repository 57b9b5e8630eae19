import { z } from 'zod';
import { type Actor, actorLabel } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { InvalidState } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { type Leaver, nameOfLeavers } from '../personal-data.ts';
import { recordReadsIn } from '../privacy/index.ts';
import { noteAccountChange } from './account-changes.ts';
import { holdsIn, type IdentityProof } from './confirm-identity.ts';
import type { RetainedIdentityRow } from './entities.ts';
import { lockUser, readUser } from './store.ts';
import { tellOwnerIn } from './tell-owner.ts';
import type { UsersDeps } from './users-deps.ts';

/** Who someone was that left. */
export interface RetainedIdentity {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly erasedAt: EpochMs;
  readonly keptUntil: EpochMs;
}

const sealedIdentity = z.object({ name: z.string(), email: z.string(), phone: z.string() });

/**
 * Holds the account of someone who proved that they want to leave.
 * @throws DomainError BAD_CREDENTIALS when the password was changed meanwhile, or the account erased
 * @throws InvalidState for an admin, whose role must be taken first
 */
export async function holdLeaver(deps: UsersDeps, tx: Tx, proof: IdentityProof): Promise<void> {
  await lockUser(tx, proof.userId);
  await holdsIn(tx, proof);
  const { erasedAt, roles } = await readUser(deps, tx, proof.userId);
  if (erasedAt !== undefined) {
    throw new InvalidState('user', 'erased', 'the account has ended');
  }
  if (roles.includes('admin')) {
    throw new InvalidState('user', 'admin', 'take the admin role first');
  }
}

/**
 * Ends an account that the transaction holds: nothing tells any more who it was, but what is kept
 * apart until `keptUntil`, if law wants that. Its id stays, a name without a bearer, so that orders
 * and messages still belong together. The owner is told by a last mail.
 */
export async function eraseUser(
  deps: UsersDeps,
  tx: Tx,
  { userId, now }: Leaver,
  keptUntil: EpochMs | undefined,
): Promise<void> {
  const user = await readUser(deps, tx, userId);
  const { name, email, phone } = user;
  if (keptUntil !== undefined) {
    const sealed = deps.vault.seal(JSON.stringify({ name, email, phone }), cellOf(userId));
    await tx.insert('retained_identities', [{ userId, sealed, erasedAt: now, keptUntil }]);
  }
  await tx.execute(
    `UPDATE users SET email = '', emailKey = ?, passwordHash = NULL, name = ?, phone = '', phoneKey = NULL,
     language = NULL, emailVerifiedAt = NULL, tosVersion = NULL, tosAgreedAt = NULL,
     marketingConsentAt = NULL, imageFileId = NULL, imageName = NULL, nextImageFileId = NULL,
     suspendedAt = ?, erasedAt = ? WHERE id = ?`,
    [`erased:${userId}`, nameOfLeavers, now, now, userId],
  );
  await tx.execute('DELETE FROM account_links WHERE userId = ?', [userId]);
  await tx.execute('DELETE FROM user_roles WHERE userId = ?', [userId]);
  await deps.files.deleteAllOfIn(tx, userId);
  await deps.endSessionsIn(tx, userId, 'account_deleted', now);
  const change = { userId, kind: 'erased', reason: '', changedBy: userId } as const;
  await noteAccountChange(tx, { ...change, changedAt: now });
  await tellOwnerIn(deps, tx, user, 'account_deleted', now);
}

/** People of whom law wants nothing kept any more, those longest overdue first. */
export async function listRetained(
  { db }: UsersDeps,
  now: EpochMs,
  limit: number,
): Promise<string[]> {
  const rows = await db.primary.rows<Pick<RetainedIdentityRow, 'userId'>>(
    `SELECT userId FROM retained_identities WHERE keptUntil <= ?
     ORDER BY keptUntil LIMIT ${limit}`,
    [now],
  );
  return rows.map((row) => row.userId);
}

/** Forgets who someone was. Answers false when that was done before. */
export async function forgetRetained(tx: Tx, userId: string, now: EpochMs): Promise<boolean> {
  const sql = 'DELETE FROM retained_identities WHERE userId = ? AND keptUntil <= ?';
  if ((await tx.execute(sql, [userId, now])) === 0) return false;
  const change = { userId, kind: 'identity_erased', reason: '', changedBy: 'system' } as const;
  await noteAccountChange(tx, { ...change, changedAt: now });
  return true;
}

/** Who someone was that left; undefined when nothing is kept. Who looked, and why, is noted. */
export function readRetainedIdentity(
  { db, clock, vault }: UsersDeps,
  actor: Actor,
  { userId, reason }: { readonly userId: string; readonly reason: string },
): Promise<RetainedIdentity | undefined> {
  return db.transaction(async (tx) => {
    const row = await tx.row<RetainedIdentityRow>(
      'SELECT * FROM retained_identities WHERE userId = ?',
      [userId],
    );
    if (row === undefined) return undefined;
    await vault.ready(row.sealed);
    const opened = vault.open(row.sealed, cellOf(userId));
    const change = { userId, kind: 'identity_read', reason, changedBy: actorLabel(actor) } as const;
    await noteAccountChange(tx, { ...change, changedAt: clock.now() });
    const fields = ['name', 'email', 'phone'];
    const source = 'departures.getRetainedIdentity';
    const read = { actor, userIds: [userId], fields, source, reason } as const;
    await recordReadsIn(tx, read, clock.now());
    const { erasedAt, keptUntil } = row;
    return { ...sealedIdentity.parse(JSON.parse(opened)), erasedAt, keptUntil };
  });
}

function cellOf(userId: string) {
  return { table: 'retained_identities', column: 'sealed', id: userId };
}
