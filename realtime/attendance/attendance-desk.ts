import type { Logger } from '../../common/logger.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { RoomAttendance } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { HeadCount, RoomNews } from './head-count.ts';

const reportEveryMs = 1_000;
/**
 * Every so many reports there is one with all rooms, which asks what those inside are: for news that
 * was missed.
 */
const reportsPerCheck = 5;
/** A room where nobody came or went is left out of reports until so many are past. */
const reportsPerSign = 3;
/** How often a room that is gone is told of again; then the services have found out by themselves. */
const maxFarewells = 10;
/** Rooms in one call. */
const maxRooms = 500;

/** A room whose viewers are counted. */
export interface CountedRoom {
  readonly broadcastId: string;
  readonly roomId: string;
  readonly heads: HeadCount;
  /** Told of the whole broadcast's count. */
  readonly show: (count: { readonly viewers: number; readonly peak: number }) => void;
  /** Told now and then of the accounts inside that are no mere viewers. */
  readonly onMarked: (marked: {
    readonly banned: readonly string[];
    readonly moderators: readonly string[];
  }) => void;
}

/** Reports who is in the rooms of this process. */
export interface AttendanceDesk {
  /** Counts a room until the answer is called, which takes its viewers out of the count. */
  open(room: CountedRoom): () => void;
  /**
   * Does something while no report is on its way, and before the next begins: what it changes is in
   * all reports that arrive later.
   */
  betweenReports<T>(change: () => Promise<T>): Promise<T>;
  /** Reports a last time. */
  stop(): Promise<void>;
}

/**
 * Reports rooms in one call, once a second: what it costs grows with viewers that come and go, and
 * with rooms, of which those where nothing happens only give a sign of life. On a timer only: a count
 * written at each join would change the state, and cost an encoding of it, for every viewer.
 */
export function openAttendanceDesk(
  broadcasts: Pick<Clients['broadcasts'], 'reportAttendance'>,
  log: Logger,
): AttendanceDesk {
  /** Rooms, and the report that each was in last. */
  const rooms = new Map<CountedRoom, number>();
  /** Rooms that are to be told of a last time, and how often that may fail. */
  const closed = new Map<CountedRoom, number>();
  let reporting: Promise<void> | undefined;
  /** What a report waits for. */
  const changing = new Set<Promise<unknown>>();
  let reports = 0;

  async function report(): Promise<void> {
    await Promise.allSettled(changing);
    reports += 1;
    const checkStandings = reports % reportsPerCheck === 0;
    const due = [...rooms].filter(
      ([room, last]) => checkStandings || reports - last >= reportsPerSign || room.heads.hasNews(),
    );
    for (const [room] of due) rooms.set(room, reports);
    const all = [...closed.keys(), ...due.map(([room]) => room)];
    for (let from = 0; from < all.length; from += maxRooms) {
      await reportRooms(all.slice(from, from + maxRooms), checkStandings);
    }
  }

  async function reportRooms(some: readonly CountedRoom[], checkStandings: boolean): Promise<void> {
    const told = some.map((room) => ({ room, news: room.heads.news(), gone: closed.has(room) }));
    try {
      const answer = await broadcasts.reportAttendance({
        rooms: told.map(({ room, news, gone }) => toReport(room, news, gone)),
        checkStandings,
      });
      told.forEach(({ room, news, gone }, i) => {
        if (gone) bury(room, answer.rooms[i]);
        else learn(room, news, answer.rooms[i], checkStandings);
      });
    } catch (error) {
      for (const { room } of told) room.heads.tellAll();
      log.warn({ err: error }, 'attendance was not reported');
    }
  }

  function bury(room: CountedRoom, answer: RoomAttendance | undefined): void {
    const left = closed.get(room) ?? 0;
    if (answer?.tellAll === false || left === 0) closed.delete(room);
    else closed.set(room, left - 1);
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
      rooms.set(room, reports);
      return () => {
        if (rooms.delete(room)) closed.set(room, maxFarewells);
      };
    },
    async betweenReports(change) {
      while (reporting !== undefined) await reporting;
      const changed = change();
      changing.add(changed);
      try {
        return await changed;
      } finally {
        changing.delete(changed);
      }
    },
    async stop() {
      clearInterval(timer);
      await reporting;
      if (rooms.size + closed.size > 0) await next();
    },
  };
}

function learn(
  room: CountedRoom,
  news: RoomNews,
  answer: RoomAttendance | undefined,
  withStandings: boolean,
): void {
  if (answer === undefined || answer.tellAll) {
    room.heads.tellAll();
    return;
  }
  room.heads.told(news);
  room.show(answer);
  const { bannedUserIds: banned, moderatorUserIds: moderators } = answer;
  if (withStandings) room.onMarked({ banned, moderators });
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
    cameFrom: [...news.cameFrom],
  };
}
