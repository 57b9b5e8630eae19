import { type Counts, createCounts, type Limit } from '../../common/counts/counts.ts';
import type { Logger } from '../../common/logger.ts';
import { createBoundedKeys } from './bounded-keys.ts';

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

/**
 * Counts what was tried: exactly once a limit is near, and before that without waiting for other
 * processes. Each method that may refuse answers milliseconds to wait, or undefined. */
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

const minuteMs = 60_000;
/** Users and places known at a time, over all three ways of counting. */
const maxKeys = 150_000;

/**
 * Counters over all processes in Redis, or of this process where there is none. While Redis is away
 * each process counts for itself: viewers who come then are let in by the same rules.
 */
export function createAttempts(
  limits: AttemptLimits,
  redisUrl: string | undefined,
  log: Logger,
): Attempts {
  const counts = createCounts({ prefix: 'joins', redisUrl, log, maxKeys });
  const bounded = createBoundedKeys(minuteMs);
  const asks = { most: limits.joinsPerMinute, windowMs: minuteMs };
  const userAsks = { most: limits.userJoinsPerMinute, windowMs: minuteMs };
  const unused = { most: limits.unusedSeats, windowMs: seatSeconds * 1_000 };
  const unusedKey = (place: string) => `unused:${bounded(place)}`;

  return {
    ask: (place) => wait(counts, `place:${bounded(place)}`, asks),
    askAs: (userId) => wait(counts, `user:${bounded(userId)}`, userAsks),
    reserve: (place) => wait(counts, unusedKey(place), unused),
    unreserve: (place) => counts.takeBack(unusedKey(place), unused),
    close: () => counts.close(),
  };
}

async function wait(counts: Counts, key: string, limit: Limit): Promise<number | undefined> {
  const { used, msLeft } = await counts.addNearly(key, limit);
  return used > limit.most ? Math.max(1, Math.ceil(msLeft)) : undefined;
}
