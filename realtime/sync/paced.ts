/** The latest of many values, shown no oftener than it is worth. */
export interface Paced<Value> {
  /** Takes a newer value; `urgent` ones don't wait for their time. */
  offer(value: Value, urgent?: boolean): void;
  /** Shows the latest value if there is a new one and its time has come. */
  tick(): void;
}

/**
 * Shows a value at the first tick, and newer ones at most once in `everyMs`: a count that moves
 * with every viewer would otherwise be in every patch.
 */
export function createPaced<Value>(
  show: (value: Value) => void,
  everyMs: number,
  now: () => number = () => performance.now(),
): Paced<Value> {
  let latest: { readonly value: Value } | undefined;
  let isUrgent = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    offer(value, urgent = false) {
      latest = { value };
      isUrgent ||= urgent;
    },
    tick() {
      if (latest === undefined) return;
      const at = now();
      if (!isUrgent && at - shownAt < everyMs) return;
      const { value } = latest;
      latest = undefined;
      isUrgent = false;
      shownAt = at;
      show(value);
    },
  };
}
