import { placeholders, type Tx, type Writer } from '../../db/index.ts';
import type { AttendanceRow, RoomRow } from './entities.ts';
import type { RoomReport } from './requests.ts';
import {
  countInside,
  deleteRooms,
  deleteRoomViewers,
  lockAttendance,
  lockKnownAttendance,
  readForsaken,
  readRooms,
  readRoomViewers,
  writeAttendance,
  writeRooms,
} from './store.ts';

/**
 * A room that has not reported for this long is a dead process's, and its viewers are gone. Rooms
 * report each second, so within ten seconds of a crash the others know.
 */
export const attendanceTermMs = 7_000;

/** Viewers of a broadcast over all of its rooms, and the most at one time. */
export interface AttendanceCount {
  readonly viewers: number;
  readonly peak: number;
  /** Whether the room is not known, and should tell all of its viewers. */
  readonly tellAll: boolean;
}

/**
 * Takes what rooms report and answers their broadcasts' counts, in the order given. An account in
 * several rooms counts once. What is done grows with who came and went, not with who is there.
 */
export async function reportAttendance(
  tx: Tx,
  reports: readonly RoomReport[],
  now: number,
): Promise<AttendanceCount[]> {
  const { attendance, rooms } = await lockAndRead(
    tx,
    reports.map((report) => report.broadcastId),
    now - attendanceTermMs,
  );
  const byBroadcast = Map.groupBy(reports, (report) => report.broadcastId);
  const answers = new Map<RoomReport, AttendanceCount>();
  for (const [broadcastId, counted] of attendance) {
    const ours = byBroadcast.get(broadcastId) ?? [];
    const known = rooms.filter((room) => room.broadcastId === broadcastId);
    const round = { counted, known, reports: ours, now, to: tx.atCommit };
    const { after, strangers } = await takeReports(tx, round);
    for (const report of ours) {
      const tellAll = strangers.has(report.roomId);
      answers.set(report, { viewers: after.viewers, peak: after.peak, tellAll });
    }
  }
  return reports.map((report) => answers.get(report) ?? { viewers: 0, peak: 0, tellAll: true });
}

/**
 * The counts of these broadcasts, locked, and their rooms, in one round trip where all are known.
 * Where every room of a broadcast is a dead process's, none of them reports: whoever does takes those
 * away too. Their locks come out of order, and a deadlock over them is tried again.
 */
async function lockAndRead(
  tx: Tx,
  broadcastIds: readonly string[],
  deadSince: number,
): Promise<{ attendance: ReadonlyMap<string, AttendanceRow>; rooms: readonly RoomRow[] }> {
  const [attendance, rooms, forsaken] = await Promise.all([
    lockKnownAttendance(tx, broadcastIds),
    readRooms(tx, broadcastIds),
    readForsaken(tx, deadSince),
  ]);
  const ids = [...broadcastIds, ...forsaken];
  if (ids.every((broadcastId) => attendance.has(broadcastId))) return { attendance, rooms };
  const all = await lockAttendance(tx, ids);
  return { attendance: all, rooms: await readRooms(tx, [...all.keys()]) };
}

/** Takes rooms away that stopped reporting, with everyone in them. */
export async function sweepRooms(
  tx: Tx,
  broadcastIds: readonly string[],
  now: number,
): Promise<void> {
  const rooms = await readRooms(tx, broadcastIds);
  const late = rooms.filter((room) => isDead(room, now));
  if (late.length === 0) return;
  const attendance = await lockAttendance(
    tx,
    late.map((room) => room.broadcastId),
  );
  // Read again: what waited for the lock may have come alive.
  const current = await readRooms(tx, [...attendance.keys()]);
  for (const counted of attendance.values()) {
    const known = current.filter((room) => room.broadcastId === counted.broadcastId);
    await takeReports(tx, { counted, known, reports: [], now, to: tx });
  }
}

interface Round {
  readonly counted: AttendanceRow;
  /** Rooms of this broadcast that reported before. */
  readonly known: readonly RoomRow[];
  /** Reports of rooms of this broadcast. */
  readonly reports: readonly RoomReport[];
  readonly now: number;
  /** Takes the counts: with the commit, where nobody reads them before. */
  readonly to: Writer;
}

async function takeReports(
  tx: Tx,
  { counted, known, reports, now, to }: Round,
): Promise<{
  after: { viewers: number; peak: number };
  /** Rooms that must tell all before they are counted. */
  strangers: ReadonlySet<string>;
}> {
  const { broadcastId } = counted;
  const knownIds = new Set(known.map((room) => room.roomId));
  const reporting = new Set(reports.map((report) => report.roomId));
  const isNews = (report: RoomReport) => report.whole || knownIds.has(report.roomId);
  const taken = reports.filter(isNews);
  const strangers = new Set(reports.filter((one) => !isNews(one)).map((one) => one.roomId));
  const closed = taken.filter((report) => report.closed).map((report) => report.roomId);
  const dead = known.filter((room) => isDead(room, now) && !reporting.has(room.roomId));
  const gone = new Set([...dead.map((room) => room.roomId), ...closed]);

  const moves = await movesOf(tx, broadcastId, taken, gone);
  const touched = [...new Set([...moves.left, ...moves.joined].map((move) => move.userId))];
  const before = await countInside(tx, broadcastId, touched);
  await applyMoves(tx, broadcastId, moves, gone, now);
  const users = counted.users + (await countInside(tx, broadcastId, touched)) - before;
  await endGrants(tx, broadcastId, taken);

  const alive = new Map(
    known.filter((room) => !gone.has(room.roomId)).map((room) => [room.roomId, room]),
  );
  for (const { roomId, guests } of taken) {
    if (!gone.has(roomId)) alive.set(roomId, { broadcastId, roomId, guests, reportedAt: now });
  }
  const changed = new Set(reporting);
  for (const { roomId, guests } of taken.flatMap((report) => report.cameFrom)) {
    const before = alive.get(roomId);
    // A room that reports knows better who is there.
    if (before === undefined || reporting.has(roomId)) continue;
    alive.set(roomId, { ...before, guests: Math.max(0, before.guests - guests) });
    changed.add(roomId);
  }
  await writeRooms(
    to,
    [...alive.values()].filter((room) => changed.has(room.roomId)),
  );
  const viewers = [...alive.values()].reduce((sum, room) => sum + room.guests, users);
  const peak = Math.max(counted.peak, viewers);
  if (users !== counted.users || peak !== counted.peak) {
    await writeAttendance(to, [{ broadcastId, users, peak }]);
  }
  return { after: { viewers, peak }, strangers };
}

function isDead(room: RoomRow, now: number): boolean {
  return room.reportedAt <= now - attendanceTermMs;
}

interface Move {
  readonly roomId: string;
  readonly userId: string;
}

interface Moves {
  readonly joined: readonly Move[];
  readonly left: readonly Move[];
}

/** Who came and went; of rooms that are gone everyone, of rooms that tell all whoever is missing. */
async function movesOf(
  tx: Tx,
  broadcastId: string,
  reports: readonly RoomReport[],
  gone: ReadonlySet<string>,
): Promise<Moves> {
  const wholes = reports.filter((report) => report.whole).map((report) => report.roomId);
  const inside = await readRoomViewers(tx, broadcastId, [...new Set([...gone, ...wholes])]);
  const joined = new Map<string, Move>();
  const left = new Map<string, Move>();
  for (const { roomId, userId } of inside) left.set(`${roomId} ${userId}`, { roomId, userId });
  for (const report of reports) {
    const { roomId } = report;
    for (const userId of report.left) {
      left.set(`${roomId} ${userId}`, { roomId, userId });
      joined.delete(`${roomId} ${userId}`);
    }
    if (gone.has(roomId)) continue;
    for (const userId of report.joined) {
      joined.set(`${roomId} ${userId}`, { roomId, userId });
      left.delete(`${roomId} ${userId}`);
    }
  }
  return { joined: [...joined.values()], left: [...left.values()] };
}

async function applyMoves(
  tx: Tx,
  broadcastId: string,
  { joined, left }: Moves,
  gone: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const leaving = Map.groupBy(
    left.filter((move) => !gone.has(move.roomId)),
    (move) => move.roomId,
  );
  for (const [roomId, moves] of leaving) {
    await deleteRoomViewers(
      tx,
      { broadcastId, roomId },
      moves.map((move) => move.userId),
    );
  }
  await deleteRooms(tx, broadcastId, [...gone]);
  await tx.insertNew(
    'room_viewers',
    joined.map(({ roomId, userId }) => ({ broadcastId, userId, roomId, since: now })),
  );
}

/** Whoever has come in holds their seat by being there. */
async function endGrants(tx: Tx, broadcastId: string, reports: readonly RoomReport[]) {
  const holders = reports.flatMap((report) => report.seated);
  if (holders.length === 0) return;
  await tx.execute(
    `DELETE FROM seat_grants WHERE broadcastId = ? AND holder IN (${placeholders(holders)})`,
    [broadcastId, ...holders],
  );
}
