/** Counts the pings of each connection by the second. */
export interface PingCount {
  /** Counts one, and says whether it was one too many. */
  isFlood(connection: object): boolean;
}

/** Forgets connections with themselves. */
export function createPingCount(
  perSecond: number,
  now: () => number = () => performance.now(),
): PingCount {
  const counts = new WeakMap<object, { since: number; pings: number }>();
  return {
    isFlood(connection) {
      const at = now();
      const count = counts.get(connection);
      if (count === undefined || at - count.since >= 1_000) {
        counts.set(connection, { since: at, pings: 1 });
        return false;
      }
      count.pings += 1;
      return count.pings > perSecond;
    },
  };
}
