import { placeholders, type Reader, type Tx, type Writer } from '../../db/index.ts';
import type { AttendanceRow, RoomRow, RoomViewerRow } from './entities.ts';

/** Ids that one statement names at most. */
const chunkSize = 5_000;

/** The counts of these broadcasts, locked in sorted order; made where there are none. */
export async function lockAttendance(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, AttendanceRow>> {
  const found = await lockKnownAttendance(tx, broadcastIds);
  const missing = broadcastIds.filter((broadcastId) => !found.has(broadcastId));
  if (missing.length === 0) return found;
  await tx.insertNew(
    'broadcast_attendance',
    [...new Set(missing)].sort().map((broadcastId) => ({ broadcastId, users: 0, peak: 0 })),
  );
  return lockKnownAttendance(tx, broadcastIds);
}

/** The counts that there are of these broadcasts, locked in sorted order. */
export async function lockKnownAttendance(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, AttendanceRow>> {
  const sorted = [...new Set(broadcastIds)].sort();
  const rows = await tx.rows<AttendanceRow>(
    `SELECT * FROM broadcast_attendance WHERE broadcastId IN (${placeholders(sorted)})
     ORDER BY broadcastId${tx.dialect.forUpdate}`,
    sorted,
  );
  return new Map(rows.map((row) => [row.broadcastId, row]));
}

export async function writeAttendance(to: Writer, rows: readonly AttendanceRow[]): Promise<void> {
  await Promise.all(
    rows.map(({ broadcastId, users, peak }) =>
      to.execute('UPDATE broadcast_attendance SET users = ?, peak = ? WHERE broadcastId = ?', [
        users,
        peak,
        broadcastId,
      ]),
    ),
  );
}

export function readRooms(read: Reader, broadcastIds: readonly string[]): Promise<RoomRow[]> {
  return read.rows<RoomRow>(
    `SELECT * FROM broadcast_rooms WHERE broadcastId IN (${placeholders(broadcastIds)})`,
    broadcastIds,
  );
}

/** Broadcasts some room of which has not reported since that time. */
export async function readForsaken(read: Reader, since: number): Promise<string[]> {
  const rows = await read.rows<{ broadcastId: string }>(
    'SELECT DISTINCT broadcastId FROM broadcast_rooms WHERE reportedAt <= ? LIMIT 20',
    [since],
  );
  return rows.map((row) => row.broadcastId);
}

export async function writeRooms(to: Writer, rows: readonly RoomRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { inserted, upsert } = to.dialect;
  const changes = `guests = ${inserted('guests')}, reportedAt = ${inserted('reportedAt')}`;
  await to.execute(
    `INSERT INTO broadcast_rooms (broadcastId, roomId, guests, reportedAt)
     VALUES ${rows.map(() => '(?,?,?,?)').join(',')}${upsert(['broadcastId', 'roomId'], changes)}`,
    rows.flatMap((row) => [row.broadcastId, row.roomId, row.guests, row.reportedAt]),
  );
}

/** Forgets rooms with everyone in them. */
export async function deleteRooms(
  tx: Tx,
  broadcastId: string,
  roomIds: readonly string[],
): Promise<void> {
  if (roomIds.length === 0) return;
  const where = `WHERE broadcastId = ? AND roomId IN (${placeholders(roomIds)})`;
  const parameters = [broadcastId, ...roomIds];
  await Promise.all([
    tx.execute(`DELETE FROM broadcast_rooms ${where}`, parameters),
    tx.execute(`DELETE FROM room_viewers ${where}`, parameters),
  ]);
}

/** Accounts in these rooms. */
export function readRoomViewers(
  read: Reader,
  broadcastId: string,
  roomIds: readonly string[],
): Promise<Pick<RoomViewerRow, 'roomId' | 'userId'>[]> {
  if (roomIds.length === 0) return Promise.resolve([]);
  return read.rows(
    `SELECT roomId, userId FROM room_viewers
     WHERE broadcastId = ? AND roomId IN (${placeholders(roomIds)})`,
    [broadcastId, ...roomIds],
  );
}

/** How many of these accounts are in any room of the broadcast. */
export async function countInside(
  read: Reader,
  broadcastId: string,
  userIds: readonly string[],
): Promise<number> {
  let count = 0;
  for (let from = 0; from < userIds.length; from += chunkSize) {
    const chunk = userIds.slice(from, from + chunkSize);
    const row = await read.row<{ inside: number }>(
      `SELECT COUNT(DISTINCT userId) AS inside FROM room_viewers
       WHERE broadcastId = ? AND userId IN (${placeholders(chunk)})`,
      [broadcastId, ...chunk],
    );
    count += Number(row?.inside ?? 0);
  }
  return count;
}

export async function deleteRoomViewers(
  tx: Tx,
  { broadcastId, roomId }: { readonly broadcastId: string; readonly roomId: string },
  userIds: readonly string[],
): Promise<void> {
  for (let from = 0; from < userIds.length; from += chunkSize) {
    const chunk = userIds.slice(from, from + chunkSize);
    await tx.execute(
      `DELETE FROM room_viewers WHERE broadcastId = ? AND roomId = ?
       AND userId IN (${placeholders(chunk)})`,
      [broadcastId, roomId, ...chunk],
    );
  }
}

/** An account that is in one of a broadcast's rooms. */
export interface InsideRow {
  readonly userId: string;
  readonly since: number;
}

export interface InsideQuery {
  readonly broadcastId: string;
  readonly afterId: string | undefined;
  readonly limit: number;
  /** Rooms that have not reported since are gone. */
  readonly aliveSince: number;
}

/** A page of the accounts inside, each once, with one more than asked for if there are more. */
export function listInside(read: Reader, query: InsideQuery): Promise<InsideRow[]> {
  return read.rows<InsideRow>(
    `SELECT v.userId, MIN(v.since) AS since FROM room_viewers v
     JOIN broadcast_rooms r ON r.broadcastId = v.broadcastId AND r.roomId = v.roomId
     WHERE v.broadcastId = ? AND v.userId > ? AND r.reportedAt > ?
     GROUP BY v.userId ORDER BY v.userId LIMIT ${query.limit + 1}`,
    [query.broadcastId, query.afterId ?? '', query.aliveSince],
  );
}

/** An account in a room that is not just any viewer. */
export interface MarkedInside {
  readonly roomId: string;
  readonly userId: string;
  readonly mark: 'banned' | 'moderator';
}

/** Accounts in these rooms that are banned or moderate there. */
export function readMarkedInside(
  read: Reader,
  roomIds: readonly string[],
  now: number,
): Promise<MarkedInside[]> {
  if (roomIds.length === 0) return Promise.resolve([]);
  const rooms = placeholders(roomIds);
  return read.rows<MarkedInside>(
    `SELECT DISTINCT v.roomId, v.userId, 'banned' AS mark FROM broadcast_rooms r
     JOIN broadcasts b ON b.id = r.broadcastId
     JOIN viewer_bans k ON k.scopeId IN (b.id, b.sellerId) AND k.expiresAt > ?
     JOIN room_viewers v ON v.broadcastId = r.broadcastId AND v.userId = k.userId
       AND v.roomId = r.roomId
     WHERE r.roomId IN (${rooms})
     UNION ALL
     SELECT v.roomId, v.userId, 'moderator' AS mark FROM broadcast_rooms r
     JOIN broadcast_moderators m ON m.broadcastId = r.broadcastId
     JOIN room_viewers v ON v.broadcastId = r.broadcastId AND v.userId = m.userId
       AND v.roomId = r.roomId
     WHERE r.roomId IN (${rooms})`,
    [now, ...roomIds, ...roomIds],
  );
}
