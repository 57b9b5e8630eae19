import type { JobResult } from '../job.ts';

const maxPauseSeconds = 600;

/**
 * Again after 2, 4, 8 ... seconds, at most 10 minutes, ±20 %. Money is not given up quickly: with
 * the attempts that payments have, a provider may stay silent for days before a person must look.
 */
export function waitPatiently(attempts: number, reason: string): JobResult {
  const full = Math.min(maxPauseSeconds, 2 ** Math.min(attempts, 16));
  return { kind: 'retry', reason, afterSeconds: full * (0.8 + 0.4 * Math.random()) };
}
