/** How long to wait between tries. */
export interface BackoffOptions {
  /** Upper bound of the first wait, in milliseconds; each further one may be twice as long. */
  readonly baseMs: number;
  /** No wait is longer, unless the server asks for it. */
  readonly ceilingMs: number;
}

/**
 * Exponential back-off with full jitter: a wait is anything from nothing to its bound, so that
 * thousands who lost the same process don't come back in the same moment.
 *
 * @param failures tries that failed before, 0 for the first
 * @param retryAfterMs when the server said to come back: waits are spread behind it, never before
 */
export function backoffMs(
  { baseMs, ceilingMs }: BackoffOptions,
  failures: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number {
  const bound = Math.min(ceilingMs, baseMs * 2 ** Math.min(failures, 30));
  return retryAfterMs + random() * bound;
}

/** Resolves after `ms`, or as soon as `wake` does. */
export async function pause(ms: number, wake?: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race(wake === undefined ? [slept] : [slept, wake]);
  clearTimeout(timer);
}
