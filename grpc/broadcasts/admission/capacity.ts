import type { UserActor } from '../../../common/auth/index.ts';
import { once, type Tx } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';
import { requireAuthority } from '../people/authority.ts';
import { noteChange } from '../people/store.ts';
import { readTaken } from './door-store.ts';
import type { DoorRow } from './entities.ts';
import type { SetCapacityInput } from './requests.ts';

/** How many may watch, and do. */
export interface CapacityNow {
  readonly broadcastId: string;
  /** Undefined for as many as come. */
  readonly maxViewers: number | undefined;
  readonly reservedSeats: number;
  readonly taken: number;
  readonly waiting: number;
}

/**
 * Limits how many may watch, or lifts the limit. Nobody is sent away: where more are inside than
 * may be, nobody comes in until enough have left. What changes is noted. Once for each request id.
 * @throws NotFound for an unknown broadcast, PermissionDenied unless host or admin
 */
export async function setCapacity(
  { db, clock }: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId, maxViewers, reservedSeats, reason }: SetCapacityInput,
): Promise<void> {
  const input = [broadcastId, maxViewers ?? null, reservedSeats, reason];
  const key = { action: 'broadcasts.setCapacity', by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const now = clock.now();
      await requireAuthority(tx, actor, broadcastId, now, ['admin', 'host']);
      const capacity = { maxViewers: maxViewers ?? null, reservedSeats };
      if (!(await changeDoor(tx, { broadcastId, ...capacity }))) return null;
      await noteChange(tx, {
        ...{ scopeId: broadcastId, userId: '', kind: 'capacity_changed', ...capacity, reason },
        ...{ expiresAt: null, changedBy: actor.userId, changedAt: now },
      });
      return null;
    }),
  );
}

/** Answers whether that is anything new; of doors that were never limited, a limit is. */
async function changeDoor(
  tx: Tx,
  { broadcastId, maxViewers, reservedSeats }: Omit<DoorRow, 'lastPlace'>,
): Promise<boolean> {
  const open = { broadcastId, maxViewers: null, reservedSeats: 0, lastPlace: 0 };
  await tx.insertNew('broadcast_doors', [open]);
  const before = await tx.row<DoorRow>(
    `SELECT * FROM broadcast_doors WHERE broadcastId = ?${tx.dialect.forUpdate}`,
    [broadcastId],
  );
  if (before?.maxViewers === maxViewers && before.reservedSeats === reservedSeats) return false;
  await tx.execute(
    'UPDATE broadcast_doors SET maxViewers = ?, reservedSeats = ? WHERE broadcastId = ?',
    [maxViewers, reservedSeats, broadcastId],
  );
  return true;
}

/**
 * The limit, and how far it is used.
 * @throws NotFound for an unknown broadcast, PermissionDenied unless host, moderator or admin
 */
export async function readCapacity(
  { db, clock }: DomainDeps,
  actor: UserActor,
  broadcastId: string,
): Promise<CapacityNow> {
  const now = clock.now();
  const { sellerId } = await requireAuthority(db.primary, actor, broadcastId, now);
  const [door, { taken }, line] = await Promise.all([
    db.primary.row<DoorRow>('SELECT * FROM broadcast_doors WHERE broadcastId = ?', [broadcastId]),
    readTaken(db.primary, { broadcastId, sellerId }, now),
    db.primary.row<{ waiting: number }>(
      'SELECT COUNT(*) AS waiting FROM waiting_line WHERE broadcastId = ? AND expiresAt > ?',
      [broadcastId, now],
    ),
  ]);
  return {
    broadcastId,
    maxViewers: door?.maxViewers ?? undefined,
    reservedSeats: door?.reservedSeats ?? 0,
    taken,
    waiting: Number(line?.waiting ?? 0),
  };
}
