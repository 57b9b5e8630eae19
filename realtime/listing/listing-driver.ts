import type { IRoomCache } from '@colyseus/core';
import { RedisDriver } from '@colyseus/redis-driver';

/** Milliseconds for which a count of viewers may be out of date for the other processes. */
const countEveryMs = 100;

type Update = Parameters<RedisDriver['update']>[1];

/**
 * The framework's driver, which writes a room's whole listing for each viewer who comes or goes, and
 * lets each of them wait for it. Here a count is written once for all who came and went meanwhile:
 * it only decides which room fills up first. Whatever else changes is written at once, above all
 * that a room takes nobody any more.
 */
export class ListingDriver extends RedisDriver {
  readonly #due = new Map<string, { readonly room: IRoomCache; readonly timer: NodeJS.Timeout }>();

  override async update(room: IRoomCache, operations: Update): Promise<boolean> {
    if (!isCountOnly(room, operations)) {
      this.#cancel(room.roomId);
      return super.update(room, operations);
    }
    room.clients += operations.$inc?.clients ?? 0;
    if (!this.#due.has(room.roomId)) {
      const timer = setTimeout(() => {
        this.#due.delete(room.roomId);
        // Where it fails, the next count says it as well.
        this.persist(room).catch(() => undefined);
      }, countEveryMs);
      this.#due.set(room.roomId, { room, timer });
    }
    return true;
  }

  override remove(roomId: string): Promise<boolean> {
    this.#cancel(roomId);
    return super.remove(roomId);
  }

  override async shutdown(): Promise<void> {
    for (const roomId of [...this.#due.keys()]) this.#cancel(roomId);
    await super.shutdown();
  }

  #cancel(roomId: string): void {
    clearTimeout(this.#due.get(roomId)?.timer);
    this.#due.delete(roomId);
  }
}

/** Whether nothing changes but how many are in the room. */
function isCountOnly(room: IRoomCache, { $set = {}, $inc = {} }: Update): boolean {
  const others = Object.keys($inc).some((field) => field !== 'clients');
  return (
    !others && Object.entries($set).every(([field, value]) => Reflect.get(room, field) === value)
  );
}
