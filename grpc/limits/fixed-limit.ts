import { RateLimiterRes } from 'rate-limiter-flexible';
import type { CountBy } from './index.ts';
import { rateLimited } from './rate-limited.ts';

export interface FixedLimitOptions {
  readonly points: number;
  readonly seconds: number;
}

/** So many in so many seconds. */
export interface FixedLimit {
  /** Takes one; false when there is none left. */
  take(key: string): Promise<boolean>;
  /**
   * Takes one.
   * @throws DomainError RATE_LIMITED with `retryAfterMs`
   */
  require(key: string): Promise<void>;
}

/** A limit whose window begins with the first of a key. */
export function createFixedLimit(
  count: CountBy,
  name: string,
  { points, seconds }: FixedLimitOptions,
): FixedLimit {
  const counter = count(name, points, seconds);

  /** Milliseconds to wait; undefined when one was taken. */
  async function consume(key: string): Promise<number | undefined> {
    try {
      await counter.consume(key);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error.msBeforeNext;
      throw error;
    }
  }

  return {
    take: async (key) => (await consume(key)) === undefined,
    async require(key) {
      const waitMs = await consume(key);
      if (waitMs !== undefined) throw rateLimited(waitMs);
    },
  };
}
