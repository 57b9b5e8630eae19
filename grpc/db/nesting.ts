import { AsyncLocalStorage } from 'node:async_hooks';

/** Finds work that is started inside of such work. */
export interface NestingGuard {
  /** @throws Error when called by work that is still under way in this guard */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Refuses at once what would otherwise wait for itself forever. What work left running when it
 * ended is free again. `name` is for the error.
 */
export function createNestingGuard(name: string): NestingGuard {
  const inside = new AsyncLocalStorage<{ over: boolean }>();
  return {
    async run(work) {
      if (inside.getStore()?.over === false) throw new Error(`${name} does not nest`);
      const mine = { over: false };
      try {
        return await inside.run(mine, work);
      } finally {
        mine.over = true;
      }
    },
  };
}
