import { setTimeout as delay } from 'node:timers/promises';

/** Waits, but not longer than until the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const maxBackOffMs = 5_000;

/**
 * Pause after so many failures in a row: the poll interval, doubled each time up to 5 s, less up
 * to half of it by chance, so that workers don't come back to a service in step.
 */
export function backOffMs(failures: number, pollMs: number): number {
  const full = Math.min(maxBackOffMs, pollMs * 2 ** Math.min(failures, 16));
  return full * (0.5 + 0.5 * Math.random());
}
