/** Changes to the state, gathered so that they all happen right before a patch is encoded. */
export interface TickQueue {
  /** Runs `change` at the next tick, after those given before. */
  later(change: () => void): void;
  /** Runs everything given so far. A change that fails is reported and does not stop the others. */
  flush(): void;
}

/**
 * Between two ticks the state stays as the last patch left it, so every viewer who joins then gets
 * the same encoded copy of it. If changes were made as they arrive, each joining viewer would cost
 * an encoding of the whole state.
 */
export function createTickQueue(onError: (error: unknown) => void): TickQueue {
  let changes: (() => void)[] = [];
  return {
    later(change) {
      changes.push(change);
    },
    flush() {
      if (changes.length === 0) return;
      const due = changes;
      changes = [];
      for (const change of due) {
        try {
          change();
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
