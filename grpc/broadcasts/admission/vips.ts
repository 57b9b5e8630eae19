import { hasRole, type UserActor } from '../../../common/auth/index.ts';
import { PermissionDenied } from '../../../common/errors/index.ts';
import { once, type Reader } from '../../db/index.ts';
import { type PeopleDeps, requireAccount } from '../people/people-deps.ts';
import { noteChange } from '../people/store.ts';
import type { VipRow } from './entities.ts';
import type { VipInput } from './requests.ts';

/**
 * Puts an account on a seller's VIP list; changes nothing if it is on it. Once for each request id.
 * @throws NotFound for an unknown account, PermissionDenied unless that seller or an admin
 */
export async function addVip(
  deps: PeopleDeps,
  actor: UserActor,
  { requestId, sellerId, userId }: VipInput,
): Promise<VipRow> {
  requireOwner(actor, sellerId);
  const { db, clock } = deps;
  const input = [sellerId, userId];
  const key = { action: 'broadcasts.addVip', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      await requireAccount(deps, tx, userId);
      const now = clock.now();
      const row = { sellerId, userId, addedBy: actor.userId, addedAt: now };
      if ((await tx.insertNew('seller_vips', [row])) === 0) {
        return (await readVip(tx, sellerId, userId)) ?? row;
      }
      await noteChange(tx, {
        ...{ scopeId: sellerId, userId, kind: 'vip_added', reason: '', expiresAt: null },
        ...{ changedBy: actor.userId, changedAt: now },
      });
      return row;
    }),
  );
}

/**
 * Takes an account off a seller's VIP list; changes nothing if it is not on it. Once for each
 * request id.
 * @throws PermissionDenied unless that seller or an admin
 */
export async function removeVip(
  { db, clock }: PeopleDeps,
  actor: UserActor,
  { requestId, sellerId, userId }: VipInput,
): Promise<void> {
  requireOwner(actor, sellerId);
  const input = [sellerId, userId];
  const key = { action: 'broadcasts.removeVip', by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const removed = await tx.execute(
        'DELETE FROM seller_vips WHERE sellerId = ? AND userId = ?',
        [sellerId, userId],
      );
      if (removed === 0) return null;
      await noteChange(tx, {
        ...{ scopeId: sellerId, userId, kind: 'vip_removed', reason: '', expiresAt: null },
        ...{ changedBy: actor.userId, changedAt: clock.now() },
      });
      return null;
    }),
  );
}

/**
 * A page of a seller's VIPs by account, with one more than asked for if there are more.
 * @throws PermissionDenied unless that seller or an admin
 */
export function listVips(
  { db }: PeopleDeps,
  actor: UserActor,
  query: { sellerId: string; afterId: string | undefined; limit: number },
): Promise<VipRow[]> {
  requireOwner(actor, query.sellerId);
  return db.primary.rows<VipRow>(
    `SELECT * FROM seller_vips WHERE sellerId = ? AND userId > ?
     ORDER BY userId LIMIT ${query.limit + 1}`,
    [query.sellerId, query.afterId ?? ''],
  );
}

function readVip(read: Reader, sellerId: string, userId: string): Promise<VipRow | undefined> {
  return read.row<VipRow>('SELECT * FROM seller_vips WHERE sellerId = ? AND userId = ?', [
    sellerId,
    userId,
  ]);
}

function requireOwner(actor: UserActor, sellerId: string): void {
  if (actor.userId !== sellerId && !hasRole(actor, 'admin')) {
    throw new PermissionDenied('not your list');
  }
}
