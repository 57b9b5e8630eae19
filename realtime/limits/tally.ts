/** How many there are of each, up to a limit. Keys with none take no memory. */
export interface Tally {
  /** Counts one more until the answer is called; undefined if there are as many as there may be. */
  take(key: string): (() => void) | undefined;
  /** Keys that are counted now. */
  readonly size: number;
}

export function createTally(most: number): Tally {
  const counts = new Map<string, number>();
  return {
    take(key) {
      const count = counts.get(key) ?? 0;
      if (count >= most) return undefined;
      counts.set(key, count + 1);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const left = (counts.get(key) ?? 1) - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      };
    },
    get size() {
      return counts.size;
    },
  };
}
