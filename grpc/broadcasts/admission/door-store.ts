import { placeholders, type Reader, type Tx } from '../../db/index.ts';
import type { Asker, DoorFacts, InLine } from './door-rules.ts';
import type { DoorRow, VipRow, WaitingRow } from './entities.ts';

/** A broadcast as its door sees it. */
export interface DoorOfBroadcast {
  readonly broadcastId: string;
  readonly sellerId: string;
  /** Null for as many as come. */
  readonly maxViewers: number | null;
}

/** Broadcasts with the limit of their seats; unknown ids are left out. */
export function readDoors(
  read: Reader,
  broadcastIds: readonly string[],
): Promise<DoorOfBroadcast[]> {
  return read.rows<DoorOfBroadcast>(
    `SELECT b.id AS broadcastId, b.sellerId, d.maxViewers FROM broadcasts b
     LEFT JOIN broadcast_doors d ON d.broadcastId = b.id
     WHERE b.id IN (${placeholders(broadcastIds)})`,
    broadcastIds,
  );
}

/** Doors, locked in sorted order. */
export async function lockDoors(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, DoorRow>> {
  const sorted = [...new Set(broadcastIds)].sort();
  const rows = await tx.rows<DoorRow>(
    `SELECT * FROM broadcast_doors WHERE broadcastId IN (${placeholders(sorted)})
     ORDER BY broadcastId${tx.dialect.forUpdate}`,
    sorted,
  );
  return new Map(rows.map((row) => [row.broadcastId, row]));
}

const outside = `NOT EXISTS (SELECT 1 FROM room_viewers v
  WHERE v.broadcastId = g.broadcastId AND v.userId = g.holder)`;

/**
 * Seats that are taken or given away, and those of them that the privileged have. One statement,
 * so that a seat that turns from given to taken meanwhile is seen once, and not twice or never.
 */
export async function readTaken(
  read: Reader,
  { broadcastId, sellerId }: { readonly broadcastId: string; readonly sellerId: string },
  now: number,
): Promise<Pick<DoorFacts, 'taken' | 'takenByPrivileged'>> {
  const row = await read.row<{ taken: number; privileged: number }>(
    `SELECT
       COALESCE((SELECT users FROM broadcast_attendance WHERE broadcastId = ?), 0)
       + COALESCE((SELECT SUM(guests) FROM broadcast_rooms WHERE broadcastId = ?), 0)
       + (SELECT COUNT(*) FROM seat_grants g
          WHERE g.broadcastId = ? AND g.expiresAt > ? AND ${outside}) AS taken,
       (SELECT COUNT(*) FROM (
          SELECT userId FROM seller_vips WHERE sellerId = ?
          UNION SELECT userId FROM broadcast_moderators WHERE broadcastId = ?
          UNION SELECT sellerId FROM broadcasts WHERE id = ?) p
        WHERE EXISTS (SELECT 1 FROM room_viewers v
          WHERE v.broadcastId = ? AND v.userId = p.userId))
       + (SELECT COUNT(*) FROM seat_grants g
          WHERE g.broadcastId = ? AND g.expiresAt > ? AND g.privileged = 1 AND ${outside})
       AS privileged`,
    [
      ...[broadcastId, broadcastId, broadcastId, now],
      ...[sellerId, broadcastId, broadcastId, broadcastId],
      ...[broadcastId, now],
    ],
  );
  return { taken: Number(row?.taken ?? 0), takenByPrivileged: Number(row?.privileged ?? 0) };
}

/** Those of the holders who are inside, or have a seat given to them. */
export async function readSeated(
  read: Reader,
  broadcastId: string,
  holders: readonly string[],
  now: number,
): Promise<Set<string>> {
  const list = placeholders(holders);
  const rows = await read.rows<{ holder: string }>(
    `SELECT holder FROM seat_grants WHERE broadcastId = ? AND expiresAt > ? AND holder IN (${list})
     UNION SELECT userId AS holder FROM room_viewers
     WHERE broadcastId = ? AND userId IN (${list})`,
    [broadcastId, now, ...holders, broadcastId, ...holders],
  );
  return new Set(rows.map((row) => row.holder));
}

/** The line of those who still ask, by place. */
export async function readLine(read: Reader, broadcastId: string, now: number): Promise<InLine[]> {
  const rows = await read.rows<WaitingRow>(
    'SELECT * FROM waiting_line WHERE broadcastId = ? AND expiresAt > ? ORDER BY place',
    [broadcastId, now],
  );
  return rows.map(({ holder, ticket, privileged, place }) => {
    return { holder, ticket, privileged: privileged === 1, place };
  });
}

export async function readVips(
  read: Reader,
  sellerId: string,
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await read.rows<Pick<VipRow, 'userId'>>(
    `SELECT userId FROM seller_vips WHERE sellerId = ? AND userId IN (${placeholders(userIds)})`,
    [sellerId, ...userIds],
  );
  return new Set(rows.map((row) => row.userId));
}

/** Gives seats until they are taken, or until `expiresAt`; their holders leave the line. */
export async function giveSeats(
  tx: Tx,
  broadcastId: string,
  askers: readonly Asker[],
  expiresAt: number,
): Promise<void> {
  if (askers.length === 0) return;
  const { inserted, upsert } = tx.dialect;
  const changes = ['privileged', 'expiresAt'].map((it) => `${it} = ${inserted(it)}`).join(', ');
  await Promise.all([
    tx.execute(
      `INSERT INTO seat_grants (broadcastId, holder, privileged, expiresAt)
       VALUES ${askers.map(() => '(?,?,?,?)').join(',')}${upsert(['broadcastId', 'holder'], changes)}`,
      askers.flatMap((asker) => [broadcastId, asker.holder, asker.privileged ? 1 : 0, expiresAt]),
    ),
    tx.execute(
      `DELETE FROM waiting_line WHERE broadcastId = ? AND holder IN (${placeholders(askers)})`,
      [broadcastId, ...askers.map((asker) => asker.holder)],
    ),
  ]);
}

/** Ends what was kept under these tickets: a seat, or a place in line. */
export async function useUp(
  tx: Tx,
  broadcastId: string,
  tickets: readonly string[],
): Promise<void> {
  if (tickets.length === 0) return;
  await Promise.all(
    ['seat_grants', 'waiting_line'].map((table) =>
      tx.execute(
        `DELETE FROM ${table} WHERE broadcastId = ? AND holder IN (${placeholders(tickets)})`,
        [broadcastId, ...tickets],
      ),
    ),
  );
}

/** Keeps places, each until its own time. */
export async function keepPlaces(
  tx: Tx,
  broadcastId: string,
  places: readonly { readonly entry: InLine; readonly expiresAt: number }[],
): Promise<void> {
  if (places.length === 0) return;
  const { inserted, upsert } = tx.dialect;
  const changes = ['privileged', 'expiresAt'].map((it) => `${it} = ${inserted(it)}`).join(', ');
  await tx.execute(
    `INSERT INTO waiting_line (broadcastId, holder, ticket, privileged, place, expiresAt)
     VALUES ${places.map(() => '(?,?,?,?,?,?)').join(',')}${upsert(['broadcastId', 'holder'], changes)}`,
    places.flatMap(({ entry, expiresAt }) => [
      ...[broadcastId, entry.holder, entry.ticket, entry.privileged ? 1 : 0],
      ...[entry.place, expiresAt],
    ]),
  );
}

/** Forgets what nobody came for in time, and the last place that was given. */
export async function closeDoor(
  tx: Tx,
  broadcastId: string,
  { lastPlace, now }: { readonly lastPlace: number; readonly now: number },
): Promise<void> {
  await Promise.all([
    tx.execute('DELETE FROM seat_grants WHERE broadcastId = ? AND expiresAt <= ?', [
      broadcastId,
      now,
    ]),
    tx.execute('DELETE FROM waiting_line WHERE broadcastId = ? AND expiresAt <= ?', [
      broadcastId,
      now,
    ]),
    tx.execute('UPDATE broadcast_doors SET lastPlace = ? WHERE broadcastId = ?', [
      lastPlace,
      broadcastId,
    ]),
  ]);
}
