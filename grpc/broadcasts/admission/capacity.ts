import type { UserActor } from '../../../common/auth/index.ts';
import { once } from '../../db/index.ts';
import type { DomainDeps } from '../../domain-deps.ts';
import { requireAuthority } from '../people/authority.ts';
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
 * may be, nobody comes in until enough have left. Once for each request id.
 * @throws NotFound for an unknown broadcast, PermissionDenied unless host or admin
 */
export async function setCapacity(
  { db, clock }: DomainDeps,
  actor: UserActor,
  { requestId, broadcastId, maxViewers, reservedSeats }: SetCapacityInput,
): Promise<void> {
  const input = [broadcastId, maxViewers ?? null, reservedSeats];
  const key = { action: 'broadcasts.setCapacity', by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      await requireAuthority(tx, actor, broadcastId, ['admin', 'host']);
      const { inserted, upsert } = tx.dialect;
      const columns = ['maxViewers', 'reservedSeats'];
      await tx.execute(
        `INSERT INTO broadcast_doors (broadcastId, maxViewers, reservedSeats, lastPlace)
         VALUES (?,?,?,0)${upsert(
           ['broadcastId'],
           columns.map((column) => `${column} = ${inserted(column)}`).join(', '),
         )}`,
        [broadcastId, maxViewers ?? null, reservedSeats],
      );
      return null;
    }),
  );
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
  const { sellerId } = await requireAuthority(db.primary, actor, broadcastId);
  const now = clock.now();
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
