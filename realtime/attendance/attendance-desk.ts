import type { Logger } from '../../common/logger.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { RoomAttendance } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { HeadCount, RoomNews } from './head-count.ts';

const reportEveryMs = 1_000;
/** Every so many reports it is asked whether someone inside is banned, for news that was missed. */
const reportsPerBanCheck = 5;
/** Rooms in one call. */
const maxRooms = 500;

/** A room whose viewers are counted. */
export interface CountedRoom {
  readonly broadcastId: string;
  readonly roomId: string;
  readonly heads: HeadCount;
  /** Told of the whole broadcast's count. */
  readonly show: (count: { readonly viewers: number; readonly peak: number }) => void;
  /** Told of accounts inside that are banned. */
  readonly onBanned: (userIds: readonly string[]) => void;
}

/** Reports who is in the rooms of this process. */
export interface AttendanceDesk {
  /** Counts a room until the answer is called, which takes its viewers out of the count. */
  open(room: CountedRoom): () => void;
  /** Reports a last time. */
  stop(): Promise<void>;
}

/**
 * Reports all rooms in one call, once a second: what it costs grows with rooms, and with viewers
 * that come and go. On a timer only: a count written at each join would change the state, and cost
 * an encoding of it, for every viewer.
 */
export function openAttendanceDesk(
  broadcasts: Pick<Clients['broadcasts'], 'reportAttendance'>,
  log: Logger,
): AttendanceDesk {
  const rooms = new Set<CountedRoom>();
  const closed = new Set<CountedRoom>();
  let reporting: Promise<void> | undefined;
  let reports = 0;

  async function report(): Promise<void> {
    reports += 1;
    const all = [...closed, ...rooms];
    for (let from = 0; from < all.length; from += maxRooms) {
      await reportRooms(all.slice(from, from + maxRooms), reports % reportsPerBanCheck === 0);
    }
  }

  async function reportRooms(some: readonly CountedRoom[], checkBans: boolean): Promise<void> {
    const told = some.map((room) => ({ room, news: room.heads.news(), gone: closed.has(room) }));
    try {
      const answer = await broadcasts.reportAttendance({
        rooms: told.map(({ room, news, gone }) => toReport(room, news, gone)),
        checkBans,
      });
      told.forEach(({ room, news, gone }, i) => {
        if (gone) closed.delete(room);
        else learn(room, news, answer.rooms[i]);
      });
    } catch (error) {
      for (const { room } of told) room.heads.tellAll();
      log.warn({ err: error }, 'attendance was not reported');
    }
  }

  /** One report at a time: they must arrive in order. */
  function next(): Promise<void> {
    reporting ??= report().finally(() => {
      reporting = undefined;
    });
    return reporting;
  }

  const timer = setInterval(() => void next(), reportEveryMs);
  timer.unref();
  return {
    open(room) {
      rooms.add(room);
      return () => {
        if (rooms.delete(room)) closed.add(room);
      };
    },
    async stop() {
      clearInterval(timer);
      await reporting;
      if (rooms.size + closed.size > 0) await next();
    },
  };
}

function learn(room: CountedRoom, news: RoomNews, answer: RoomAttendance | undefined): void {
  if (answer === undefined || answer.tellAll) {
    room.heads.tellAll();
    return;
  }
  room.heads.told(news);
  room.show(answer);
  if (answer.bannedUserIds.length > 0) room.onBanned(answer.bannedUserIds);
}

function toReport({ broadcastId, roomId }: CountedRoom, news: RoomNews, gone: boolean) {
  const { whole, guests } = news;
  const seated = [...news.seated];
  if (gone) return { broadcastId, roomId, whole: true, closed: true, seated };
  return {
    ...{ broadcastId, roomId, whole, guests, closed: false },
    joined: [...news.joined],
    left: [...news.left],
    seated,
  };
}
