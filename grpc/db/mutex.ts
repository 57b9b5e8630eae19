/** Lets one piece of work run at a time, in order of arrival. */
export interface Mutex {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** A mutex. Work that waits for its own mutex never ends; see nesting.ts. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
