import { setTimeout as delay } from 'node:timers/promises';

/** A room whose viewers are to go elsewhere. */
export interface LeavingRoom<C> {
  readonly clients: Iterable<C>;
  /** Tells viewers to go; they may still ask and hear for a moment. Resolves when they are told. */
  tell(clients: readonly C[]): Promise<void>;
  /** Closes the viewer's connection, if it is still there. */
  close(client: C): void;
}

export interface HandOverOptions {
  /** Viewers who are told to go in a second. */
  readonly perSecond: number;
  /** Milliseconds in which everyone is told, however many there are. */
  readonly withinMs: number;
  /** Milliseconds between telling a viewer and closing its connection. */
  readonly graceMs: number;
}

/** Milliseconds between two groups of viewers. */
const stepMs = 50;

/**
 * Sends viewers away a few at a time, so that the processes that take them in are asked for seats
 * at a rate that they bear. Who has not been told yet is served as ever. Resolves when nobody is
 * left, or the time is up for everyone.
 */
export async function handOver<C extends object>(
  rooms: () => Iterable<LeavingRoom<C>>,
  { perSecond, withinMs, graceMs }: HandOverOptions,
): Promise<void> {
  const told = new WeakSet<C>();
  const closing = new Set<Promise<void>>();
  const staying = () =>
    [...rooms()].flatMap((room) => {
      const clients = [...room.clients].filter((client) => !told.has(client));
      return clients.map((client) => ({ room, client }));
    });

  const sendAway = async (room: LeavingRoom<C>, clients: readonly C[]) => {
    await room.tell(clients);
    await delay(graceMs);
    for (const client of clients) room.close(client);
  };
  const until = performance.now() + withinMs;
  for (let left = staying(); left.length > 0; left = staying()) {
    const stepsLeft = Math.max(1, (until - performance.now()) / stepMs);
    const group = Math.ceil(Math.max((perSecond * stepMs) / 1_000, left.length / stepsLeft));
    for (const [room, due] of Map.groupBy(left.slice(0, group), ({ room }) => room)) {
      const clients = due.map(({ client }) => client);
      for (const client of clients) told.add(client);
      const closed: Promise<void> = sendAway(room, clients).finally(() => closing.delete(closed));
      closing.add(closed);
    }
    if (performance.now() >= until) break;
    await delay(stepMs);
  }
  await Promise.all(closing);
}
