import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import type { Config } from '../../common/config.ts';
import type { Logger } from '../../common/logger.ts';
import { createFixedLimit, type FixedLimit, type FixedLimitOptions } from './fixed-limit.ts';
import {
  createGrowingLimit,
  type GrowingLimit,
  type GrowingLimitOptions,
} from './growing-limit.ts';

export type { FixedLimit } from './fixed-limit.ts';
export type { Attempt, GrowingLimit } from './growing-limit.ts';

/** A counter by key that forgets after a while. */
export type Counter = RateLimiterMemory | RateLimiterRedis;

/** Makes a counter. `points` is what a key may take in `duration` seconds. */
export type CountBy = (name: string, points: number, duration: number) => Counter;

/** Limits on what people may try, counted over all processes where there is Redis. */
export interface Limits {
  /** A delay that doubles with each failure. */
  growing(name: string, options: GrowingLimitOptions): GrowingLimit;
  /** So many in so many seconds. */
  fixed(name: string, options: FixedLimitOptions): FixedLimit;
  close(): void;
}

/** While Redis is away each process counts by itself: a limit is not worth an outage. */
export function createLimits(config: Config, log: Logger): Limits {
  const redis = config.REDIS_URL === undefined ? undefined : openRedis(config.REDIS_URL, log);
  const count: CountBy = (name, points, duration) => {
    const options = { keyPrefix: `onair:limit:${name}`, points, duration };
    const local = new RateLimiterMemory(options);
    if (redis === undefined) return local;
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      insuranceLimiter: local,
    });
  };
  return {
    growing: (name, options) => createGrowingLimit(count, name, options),
    fixed: (name, options) => createFixedLimit(count, name, options),
    close: () => redis?.destroy(),
  };
}

/** Connects in the background; until it is there, `rejectIfRedisNotReady` counts locally. */
function openRedis(url: string, log: Logger) {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', (error: unknown) => log.warn({ err: error }, 'limits lost Redis'));
  client.connect().catch((error: unknown) => log.warn({ err: error }, 'limits found no Redis'));
  return client;
}
