import type { Client } from '@colyseus/core';
import type { Logger } from '../../common/logger.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { toUserRole } from '../admission/user-role.ts';
import type { Viewer } from '../viewer.ts';
import type { AttendanceDesk, CountedRoom } from './attendance-desk.ts';
import { createHeadCount } from './head-count.ts';

/** Close code of a connection whose person was banned; nothing comes of joining again. */
export const bannedCloseCode = 4403;

/** Milliseconds for which someone may still be on the way in whom the news spoke of before. */
const onTheWayMs = 30_000;

type Seated = Pick<Client<{ auth: Viewer }>, 'auth' | 'sessionId' | 'leave'>;

/** The framework's promise to keep a seat: it is broken when nobody comes back in time. */
interface Kept {
  // biome-ignore lint/complexity/noBannedTypes: as the framework types it
  readonly reject: Function;
  then(back: () => void, gone: () => void): unknown;
}

export interface RoomPeopleDeps extends Pick<CountedRoom, 'broadcastId' | 'roomId' | 'show'> {
  /** Those who are connected. */
  readonly clients: () => Iterable<Seated>;
  readonly desk: AttendanceDesk;
  readonly services: Pick<Clients, 'broadcasts'>;
  readonly pulse: Pulse;
  readonly log: Logger;
}

/** The people of one room: counts them, follows what they are, and sends the banned away. */
export interface RoomPeople {
  enter(client: Seated): void;
  /** The connection broke, and the seat is kept; they count as being there. */
  drop(client: Seated, kept: Kept): void;
  leave(client: Seated): void;
  close(): void;
}

/**
 * News says of whom to ask again, and the services say what they are now; news that was missed is
 * made up for by the reports of attendance.
 */
export function createRoomPeople(deps: RoomPeopleDeps): RoomPeople {
  const { broadcastId, roomId, show, clients, desk, services, pulse, log } = deps;
  const heads = createHeadCount();
  const away = new Map<string, { readonly userId: string; readonly kept: Kept }>();
  /** Whom the news spoke of, and until when they may still be on the way in. */
  const spokenOf = new Map<string, number>();

  function here(userIds: ReadonlySet<string>): Seated[] {
    return [...clients()].filter(({ auth }) => auth?.kind === 'user' && userIds.has(auth.userId));
  }

  async function check(userIds: readonly string[]): Promise<void> {
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

  function changeRole(userId: string, role: ReturnType<typeof toUserRole>): void {
    for (const client of here(new Set([userId]))) {
      if (client.auth?.kind === 'user') client.auth = { ...client.auth, role };
    }
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

  const stopNews = pulse.onBroadcast(broadcastId, (news) => {
    if (news.type === 'standings') onSpokenOf(news.userIds);
  });
  const stopCounting = desk.open({
    ...{ broadcastId, roomId, heads, show },
    onBanned: (userIds) => void check(userIds),
  });

  const viewerOf = ({ auth }: Seated): Viewer => auth ?? { kind: 'guest' };
  return {
    enter(client) {
      const viewer = viewerOf(client);
      heads.enter(viewer);
      if (viewer.kind === 'user' && spokenOf.has(viewer.userId)) void check([viewer.userId]);
    },
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
    leave: (client) => heads.leave(viewerOf(client)),
    close() {
      stopNews();
      stopCounting();
    },
  };
}
