import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** How long to keep trying, in milliseconds. */
  timeoutMs?: number;
  /** Pause between two tries, in milliseconds. */
  everyMs?: number;
}

type Falsy = false | 0 | '' | null | undefined;

export type Probe<T> = () => T | Falsy | Promise<T | Falsy>;

/**
 * Tries `probe` until it gives something truthy, and answers that. A probe that throws counts as
 * "not yet".
 *
 * @param what completes the sentence "gave up waiting until ..." of the error.
 * @throws Error after the deadline, naming `what` and how the last try ended.
 */
export async function until<T>(
  what: string,
  probe: Probe<T>,
  { timeoutMs = 45_000, everyMs = 20 }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let last: string;
    let cause: unknown;
    try {
      const value = await probe();
      if (value) return value;
      last = `last answer: ${String(value)}`;
    } catch (error) {
      last = `last error: ${String(error)}`;
      cause = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`gave up waiting until ${what} after ${timeoutMs} ms; ${last}`, { cause });
    }
    await delay(everyMs);
  }
}
