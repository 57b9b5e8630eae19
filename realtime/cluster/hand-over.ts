import { setTimeout as delay } from 'node:timers/promises';

/** A room whose viewers are to go elsewhere. */
export interface LeavingRoom<C> {
  readonly clients: Iterable<C>;
  /** Tells a viewer to go; it may still ask and hear for a moment. */
  tell(client: C): void;
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

  const close = async (room: LeavingRoom<C>, client: C) => {
    await delay(graceMs);
    room.close(client);
  };
  const until = performance.now() + withinMs;
  for (let left = staying(); left.length > 0; left = staying()) {
    const stepsLeft = Math.max(1, (until - performance.now()) / stepMs);
    const group = Math.ceil(Math.max((perSecond * stepMs) / 1_000, left.length / stepsLeft));
    for (const { room, client } of left.slice(0, group)) {
      told.add(client);
      room.tell(client);
      const closed: Promise<void> = close(room, client).finally(() => closing.delete(closed));
      closing.add(closed);
    }
    if (performance.now() >= until) break;
    await delay(stepMs);
  }
  await Promise.all(closing);
}
