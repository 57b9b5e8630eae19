import { AsyncLocalStorage } from 'node:async_hooks';

/** Lets one piece of work run at a time, in order of arrival. */
export interface Mutex {
  /** @throws Error when called from inside of its own work, which could never finish */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** A mutex that finds nested use at once, instead of hanging. `name` is for that error. */
export function createMutex(name: string): Mutex {
  const inside = new AsyncLocalStorage<true>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      if (inside.getStore()) return Promise.reject(new Error(`${name} does not nest`));
      const mine = last.then(() => inside.run(true, work));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
