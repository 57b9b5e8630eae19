import { type AuthContext, type IRoomCache, matchMaker, Room, ServerError } from '@colyseus/core';
import { z } from 'zod';

/** The kind of room that there is. */
export const roomName = 'live';

/** Milliseconds within which the list of rooms has a room that was opened. */
const listedWithinMs = 1_000;

/** Rooms that may turn out to be full, or gone, before whoever asks has a seat. */
const maxTries = 30;

const ofBroadcast = z.looseObject({ broadcastId: z.string() });

/**
 * Admits whoever asks and finds them a seat; in the fullest room that has one, else in another.
 * @throws ServerError as admission refuses, or as a room fails to open
 */
export type FindSeat = (options: unknown, context: AuthContext) => Promise<object>;

/**
 * In place of the framework's own `joinOrCreate`, which lets one open a room and tells the others by
 * a message; who has not begun to listen by then waits for a second, and again for each room that
 * fills up meanwhile. A thousand who come at once, as after a crash, need several. Here those who need
 * a room in this process wait for the same one, and whoever finds it full goes on to the next.
 */
export function createSeatFinder(): FindSeat {
  /** Rooms that are being opened, or have been a moment ago and may not be in the list yet. */
  const opened = new Map<string, Promise<IRoomCache>>();

  /** The room that was opened last, unless it has been tried; then one more. */
  async function anotherRoom(broadcastId: string, tried: ReadonlySet<string>): Promise<IRoomCache> {
    for (;;) {
      const opening = opened.get(broadcastId) ?? openRoom(broadcastId);
      const room = await opening;
      if (!tried.has(room.roomId)) return room;
      forget(broadcastId, opening);
    }
  }

  function openRoom(broadcastId: string): Promise<IRoomCache> {
    const opening = matchMaker.createRoom(roomName, { broadcastId });
    opened.set(broadcastId, opening);
    opening.then(
      () => setTimeout(() => forget(broadcastId, opening), listedWithinMs).unref(),
      () => forget(broadcastId, opening),
    );
    return opening;
  }

  function forget(broadcastId: string, opening: Promise<IRoomCache>): void {
    if (opened.get(broadcastId) === opening) opened.delete(broadcastId);
  }

  async function take(
    broadcastId: string,
    options: matchMaker.ClientOptions,
    viewer: unknown,
  ): Promise<object> {
    const tried = new Set<string>();
    while (tried.size < maxTries) {
      const rooms = await matchMaker.query(
        { name: roomName, broadcastId, locked: false, private: false },
        { clients: -1 },
      );
      const room =
        rooms.find(({ roomId }) => !tried.has(roomId)) ?? (await anotherRoom(broadcastId, tried));
      try {
        return await matchMaker.reserveSeatFor(room, options, viewer);
      } catch {
        // Full meanwhile, or its process is gone; the list of rooms will say so soon.
        tried.add(room.roomId);
      }
    }
    throw new ServerError(503, 'OVERLOADED');
  }

  return async (options, context) => {
    const roomClass: unknown = matchMaker.getRoomClass(roomName);
    if (!isRoomClass(roomClass)) throw new Error('there are no rooms of this kind');
    const viewer: unknown = await roomClass.onAuth(context.token ?? '', options, context);
    // Admission has read them.
    const claim = ofBroadcast.parse(options);
    try {
      return await take(claim.broadcastId, claim, viewer);
    } catch (error) {
      const refused = refusal.safeParse(error);
      throw refused.success ? new ServerError(refused.data.code, refused.data.message) : error;
    }
  };
}

/** Why a room did not open, also as another process tells it. */
const refusal = z.object({ code: z.number().int().min(400).max(599), message: z.string() });

function isRoomClass(value: unknown): value is typeof Room {
  return typeof value === 'function' && value.prototype instanceof Room;
}
