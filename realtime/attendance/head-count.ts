import type { Viewer } from '../viewer.ts';

/** What changed in a room since it was last told. */
export interface RoomNews {
  /** Whether `joined` is everyone. */
  readonly whole: boolean;
  readonly joined: readonly string[];
  readonly left: readonly string[];
  readonly seated: readonly string[];
  readonly guests: number;
  /** Guests who were in rooms whose process is gone. */
  readonly cameFrom: readonly { readonly roomId: string; readonly guests: number }[];
}

/** Who is in a room, and what of it the services don't know yet. */
export interface HeadCount {
  enter(viewer: Viewer): void;
  leave(viewer: Viewer): void;
  /** Whether there is anything to tell. */
  hasNews(): boolean;
  /** What to tell now. Grows with who came and went, unless all is to be told. */
  news(): RoomNews;
  /** The services took this. */
  told(news: RoomNews): void;
  /** Nobody knows what the services have of this room: everyone is told again. */
  tellAll(): void;
}

/** Names that one report may hold in each of its lists. */
const maxNames = 5_000;
const maxRooms = 500;

/** Accounts by id, each once however many connections it has; guests as a number. */
export function createHeadCount(): HeadCount {
  const connections = new Map<string, number>();
  const known = new Set<string>();
  /** Accounts of whom the services may know something else than is so. */
  const doubtful = new Set<string>();
  const seated = new Set<string>();
  const cameFrom = new Map<string, number>();
  let guests = 0;
  let toldGuests = 0;
  let all = true;

  function count(viewer: Viewer, by: 1 | -1): void {
    if (viewer.kind === 'guest') {
      guests += by;
      return;
    }
    const left = (connections.get(viewer.userId) ?? 0) + by;
    if (left > 0) connections.set(viewer.userId, left);
    else connections.delete(viewer.userId);
    doubtful.add(viewer.userId);
  }

  function came(roomId: string, by: number): void {
    const left = (cameFrom.get(roomId) ?? 0) + by;
    if (left > 0) cameFrom.set(roomId, left);
    else cameFrom.delete(roomId);
  }

  function settle(userId: string): void {
    if (connections.has(userId) === known.has(userId)) doubtful.delete(userId);
    else doubtful.add(userId);
  }

  return {
    enter(viewer) {
      count(viewer, 1);
      if (viewer.seat !== undefined) seated.add(viewer.seat);
      if (viewer.kind === 'guest' && viewer.cameFrom !== undefined) came(viewer.cameFrom, 1);
    },
    leave: (viewer) => count(viewer, -1),
    hasNews: () => all || guests !== toldGuests || doubtful.size + seated.size + cameFrom.size > 0,
    news() {
      const joined = all
        ? [...connections.keys()]
        : [...doubtful].filter((userId) => connections.has(userId) && !known.has(userId));
      const left = all
        ? []
        : [...doubtful].filter((userId) => !connections.has(userId) && known.has(userId));
      return {
        whole: all,
        joined: joined.slice(0, maxNames),
        left: left.slice(0, maxNames),
        seated: [...seated].slice(0, maxNames),
        guests,
        cameFrom: [...cameFrom].slice(0, maxRooms).map(([roomId, count]) => {
          return { roomId, guests: count };
        }),
      };
    },
    told(news) {
      if (news.whole) {
        all = false;
        known.clear();
        for (const userId of connections.keys()) doubtful.add(userId);
      }
      toldGuests = news.guests;
      for (const userId of news.joined) known.add(userId);
      for (const userId of news.left) known.delete(userId);
      for (const seat of news.seated) seated.delete(seat);
      for (const from of news.cameFrom) came(from.roomId, -from.guests);
      for (const userId of [...doubtful, ...news.joined, ...news.left]) settle(userId);
    },
    tellAll() {
      all = true;
    },
  };
}
