import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import type { Logger } from '../../common/logger.ts';
import { createBoundedKeys } from './bounded-keys.ts';
import { createSharedTimeout, TimeoutError } from './shared-timeout.ts';

/** Seconds for which a seat that was given is kept for whoever asked for it. */
export const seatSeconds = 15;

export interface AttemptLimits {
  /** Seats that one place may ask for in a minute. */
  readonly joinsPerMinute: number;
  /** Seats that one user may ask for in a minute. */
  readonly userJoinsPerMinute: number;
  /** Seats that one place may have been given and not taken yet. */
  readonly unusedSeats: number;
}

/** Counts what was tried. Each method that may refuse answers milliseconds to wait, or undefined. */
export interface Attempts {
  /** A place asks to come in, or to come back. */
  ask(place: string): Promise<number | undefined>;
  /** A user asks to come in. */
  askAs(userId: string): Promise<number | undefined>;
  /** A place wants a new seat: counted as unused until it is taken or has run out. */
  reserve(place: string): Promise<number | undefined>;
  /** A seat of the place was taken, or not given after all. */
  unreserve(place: string): void;
  close(): void;
}

/** Time for which a counter can't be read from Redis before the count of this process alone does. */
const redisTimeoutMs = 500;
/** Commands that may wait for a Redis that does not answer. */
const commandsQueueMaxLength = 20_000;

/**
 * Counters over all processes in Redis, or of this process where there is none. While Redis is away
 * each process counts for itself: viewers who come then are let in by the same rules.
 */
export function createAttempts(
  limits: AttemptLimits,
  redisUrl: string | undefined,
  log: Logger,
): Attempts {
  const redis = redisUrl === undefined ? undefined : openRedis(redisUrl, log);
  const bounded = createBoundedKeys(60_000);
  const inTime = createSharedTimeout(redisTimeoutMs);
  const define = (keyPrefix: string, points: number, duration: number) => {
    const options = { keyPrefix: `onair:${keyPrefix}`, points, duration };
    const own = new RateLimiterMemory(options);
    if (redis === undefined) return { count: own, own };
    const count = new RateLimiterRedis({
      ...options,
      storeClient: redis,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      insuranceLimiter: own,
      // A place that is over its limit costs Redis nothing more until its time is up.
      inMemoryBlockOnConsumed: points + 1,
    });
    return { count, own };
  };
  const asks = define('asks', limits.joinsPerMinute, 60);
  const userAsks = define('user-asks', limits.userJoinsPerMinute, 60);
  const reserved = define('unused-seats', limits.unusedSeats, seatSeconds);

  async function consume({ count, own }: typeof asks, key: string): Promise<number | undefined> {
    const bound = bounded(key);
    try {
      await (count === own
        ? own.consume(bound)
        : inTime(count.consume(bound)).catch((error: unknown) => {
            if (error instanceof TimeoutError) return own.consume(bound);
            throw error;
          }));
      return undefined;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext));
      // A fault of the counters is no reason to keep anyone out.
      log.warn({ err: refusal }, 'an attempt was not counted');
      return undefined;
    }
  }

  return {
    ask: (place) => consume(asks, place),
    askAs: (userId) => consume(userAsks, userId),
    reserve: (place) => consume(reserved, place),
    unreserve(place) {
      reserved.count.reward(bounded(place), 1).catch((error: unknown) => {
        log.warn({ err: error }, 'a seat that was taken still counts as unused');
      });
    },
    close: () => redis?.destroy(),
  };
}

/** A client whose commands fail at once while Redis is away, so that nobody waits for a count. */
function openRedis(url: string, log: Logger) {
  const client = createClient({ url, disableOfflineQueue: true, commandsQueueMaxLength });
  client.on('error', (error) => log.warn({ err: error }, 'limits lost Redis'));
  client.connect().catch((error: unknown) => log.warn({ err: error }, 'limits without Redis'));
  return client;
}
