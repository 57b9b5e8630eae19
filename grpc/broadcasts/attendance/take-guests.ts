import type { Tx } from '../../db/index.ts';
import { lockAttendance, readRooms, writeRooms } from './store.ts';

/** Guests of a room that leave it with their seats. */
export interface LeavingGuests {
  readonly broadcastId: string;
  readonly roomId: string;
  readonly guests: number;
}

/**
 * Takes guests out of the count of their rooms; never more than a room has told of. Answers how many
 * of each, in the order given. What the room reports next counts again.
 */
export async function takeGuests(tx: Tx, leaving: readonly LeavingGuests[]): Promise<number[]> {
  const broadcastIds = leaving.map(({ broadcastId }) => broadcastId);
  // Whoever writes rooms holds these locks.
  const attendance = await lockAttendance(tx, broadcastIds);
  const rooms = await readRooms(tx, [...attendance.keys()]);
  const left = new Map(rooms.map((room) => [room.roomId, room]));
  const taken = leaving.map(({ broadcastId, roomId, guests }) => {
    const room = left.get(roomId);
    if (room === undefined || room.broadcastId !== broadcastId) return 0;
    const count = Math.min(guests, room.guests);
    left.set(roomId, { ...room, guests: room.guests - count });
    return count;
  });
  const named = new Set(leaving.map(({ roomId }) => roomId));
  await writeRooms(
    tx,
    [...left.values()].filter(({ roomId }) => named.has(roomId)),
  );
  return taken;
}
