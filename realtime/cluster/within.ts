import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../common/logger.ts';

/**
 * Waits for what a process that ends asks of Redis, for so many milliseconds: while Redis is away
 * it is not answered, and what comes after must happen all the same. A failure is logged as well.
 * Answers whether it was done in time; never rejects.
 */
export async function within(
  ms: number,
  what: string,
  work: Promise<unknown>,
  log: Logger,
): Promise<boolean> {
  const late = new AbortController();
  const timer = delay(ms, false, { signal: late.signal }).catch(() => false);
  const done = work.then(
    () => true,
    (error: unknown) => {
      log.warn({ err: error }, `${what}: failed`);
      return false;
    },
  );
  const inTime = await Promise.race([done, timer]);
  late.abort();
  if (!inTime) log.warn(`${what}: goes on without`);
  return inTime;
}
