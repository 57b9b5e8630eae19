import type { Client } from '@colyseus/core';
import type { Logger } from '../../common/logger.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { toUserRole } from '../admission/user-role.ts';
import type { UserRole, Viewer } from '../viewer.ts';
import type { AttendanceDesk, CountedRoom } from './attendance-desk.ts';
import { createHeadCount } from './head-count.ts';

/** Close code of a connection whose person was banned; nothing comes of joining again. */
export const bannedCloseCode = 4403;

/** Milliseconds for which someone may still be on the way in whom the news spoke of before. */
const onTheWayMs = 30_000;
/** People who are asked after at once. */
const keysPerCall = 500;

type Seated = Pick<Client<{ auth: Viewer }>, 'auth' | 'sessionId' | 'leave'>;

/** The framework's promise to keep a seat: it is broken when nobody comes back in time. */
interface Kept {
  // biome-ignore lint/complexity/noBannedTypes: as the framework types it
  readonly reject: Function;
  then(back: () => void, gone: () => void): unknown;
}

export interface RoomPeopleDeps<Seat extends Seated>
  extends Pick<CountedRoom, 'broadcastId' | 'roomId' | 'show'> {
  /** Those who are connected. */
  readonly clients: () => Iterable<Seat>;
  /** Told of someone whose role is another than it was. */
  readonly onRole: (client: Seat, role: UserRole) => void;
  readonly desk: AttendanceDesk;
  readonly services: Pick<Clients, 'broadcasts'>;
  readonly pulse: Pulse;
  readonly log: Logger;
}

/** The people of one room: counts them, follows what they are, and sends the banned away. */
export interface RoomPeople {
  enter(client: Seated): void;
  /** The connection is there again. */
  comeBack(client: Seated): void;
  /** The connection broke, and the seat is kept; they count as being there. */
  drop(client: Seated, kept: Kept): void;
  leave(client: Seated): void;
  /**
   * Takes those who are about to go out of the count, before they are counted elsewhere: guests, whom
   * nobody would know again there. Where seats are limited they take theirs along by the tickets
   * answered. Never rejects; whoever could not be taken out counts until they leave.
   */
  carry(clients: readonly Seated[]): Promise<ReadonlyMap<Seated, string>>;
  close(): void;
}

/**
 * News says of whom to ask again, and the services say what they are now; news that was missed is
 * made up for by the reports of attendance.
 */
export function createRoomPeople<Seat extends Seated>(deps: RoomPeopleDeps<Seat>): RoomPeople {
  const { broadcastId, roomId, show, clients, onRole, desk, services, pulse, log } = deps;
  const heads = createHeadCount();
  const away = new Map<string, { readonly userId: string; readonly kept: Kept }>();
  /** Guests who were taken out of the count, by session: who leaves then is not taken out again. */
  const carried = new Map<string, { isGone: boolean }>();
  /** Whom the news spoke of, and until when they may still be on the way in. */
  const spokenOf = new Map<string, number>();

  function here(userIds: ReadonlySet<string>): Seat[] {
    return [...clients()].filter(({ auth }) => auth?.kind === 'user' && userIds.has(auth.userId));
  }

  async function check(userIds: readonly string[]): Promise<void> {
    for (let from = 0; from < userIds.length; from += keysPerCall) {
      await checkSome(userIds.slice(from, from + keysPerCall));
    }
  }

  async function checkSome(userIds: readonly string[]): Promise<void> {
    try {
      const keys = userIds.map((userId) => ({ broadcastId, userId }));
      const { standings } = await services.broadcasts.getStandings({ keys });
      userIds.forEach((userId, i) => {
        const standing = standings[i];
        if (standing === undefined) return;
        if (standing.banned) sendAway(userId);
        else changeRole(userId, toUserRole(standing.role));
      });
    } catch (error) {
      log.warn({ err: error }, 'standings were not read');
    }
  }

  function sendAway(userId: string): void {
    for (const seat of away.values()) {
      if (seat.userId === userId) seat.kept.reject(new Error('banned'));
    }
    for (const client of here(new Set([userId]))) client.leave(bannedCloseCode, 'BANNED');
    log.info({ userId }, 'a banned viewer was sent away');
  }

  function changeRole(userId: string, role: UserRole): void {
    for (const client of here(new Set([userId]))) {
      if (client.auth?.kind !== 'user' || client.auth.role === role) continue;
      client.auth = { ...client.auth, role };
      onRole(client, role);
    }
  }

  /** What the news said of them came too early to change what they are here. */
  function catchUp(viewer: Viewer): void {
    if (viewer.kind === 'user' && spokenOf.has(viewer.userId)) void check([viewer.userId]);
  }

  function onSpokenOf(userIds: readonly string[]): void {
    const now = performance.now();
    for (const [userId, until] of spokenOf) if (until < now) spokenOf.delete(userId);
    for (const userId of userIds) spokenOf.set(userId, now + onTheWayMs);
    const named = new Set(userIds);
    const inside = new Set([
      ...here(named).flatMap(({ auth }) => (auth?.kind === 'user' ? [auth.userId] : [])),
      ...[...away.values()].map((seat) => seat.userId).filter((userId) => named.has(userId)),
    ]);
    if (inside.size > 0) void check([...inside]);
  }

  /** Asks after those who are banned, or something else than they are here. */
  function checkAgainst(banned: readonly string[], moderators: ReadonlySet<string>): void {
    const suspects = new Set(banned);
    for (const { auth } of clients()) {
      if (auth?.kind !== 'user' || auth.role === 'host') continue;
      if ((auth.role === 'moderator') !== moderators.has(auth.userId)) suspects.add(auth.userId);
    }
    if (suspects.size > 0) void check([...suspects]);
  }

  const stopNews = pulse.onBroadcast(broadcastId, (news) => {
    if (news.type === 'standings') onSpokenOf(news.userIds);
  });
  const stopCounting = desk.open({
    ...{ broadcastId, roomId, heads, show },
    onMarked: ({ banned, moderators }) => checkAgainst(banned, new Set(moderators)),
  });

  const viewerOf = ({ auth }: Seated): Viewer => auth ?? { kind: 'guest' };

  async function carryGuests(guests: readonly Seated[]): Promise<ReadonlyMap<Seated, string>> {
    const tickets = new Map<Seated, string>();
    for (const { sessionId } of guests) carried.set(sessionId, { isGone: false });
    const { tickets: given, uncounted } = await askToCarry(guests.length);
    guests.forEach((guest, i) => {
      const ticket = given[i];
      if (ticket !== undefined) tickets.set(guest, ticket);
      const isGone = carried.get(guest.sessionId)?.isGone ?? false;
      if (i >= uncounted) carried.delete(guest.sessionId);
      if (i < uncounted || isGone) heads.leave(viewerOf(guest));
    });
    return tickets;
  }

  async function askToCarry(
    guests: number,
  ): Promise<{ readonly tickets: readonly string[]; readonly uncounted: number }> {
    try {
      return await services.broadcasts.carrySeats({ broadcastId, roomId, guests });
    } catch (error) {
      log.warn({ err: error }, 'guests go without their seats');
      return { tickets: [], uncounted: 0 };
    }
  }

  return {
    enter(client) {
      const viewer = viewerOf(client);
      heads.enter(viewer);
      catchUp(viewer);
    },
    comeBack: (client) => catchUp(viewerOf(client)),
    drop(client, kept) {
      const viewer = viewerOf(client);
      if (viewer.kind !== 'user') return;
      const { sessionId } = client;
      const seat = { userId: viewer.userId, kept };
      away.set(sessionId, seat);
      const back = () => {
        if (away.get(sessionId) === seat) away.delete(sessionId);
      };
      kept.then(back, back);
    },
    leave(client) {
      const carrying = carried.get(client.sessionId);
      if (carrying === undefined) heads.leave(viewerOf(client));
      else carrying.isGone = true;
    },
    async carry(clients) {
      const guests = clients.filter((client) => viewerOf(client).kind === 'guest');
      if (guests.length === 0) return new Map();
      return desk.betweenReports(() => carryGuests(guests));
    },
    close() {
      stopNews();
      stopCounting();
    },
  };
}
