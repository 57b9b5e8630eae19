import { latencyHistogram, round2 } from '../kit/measure.ts';

/** What became of orders: undefined for an accepted one, or when to come back, in milliseconds. */
export type Answers = readonly (number | undefined)[];

/** Counts what became of orders that were offered, and how long the accepted ones took. */
export function createTally() {
  const latencies = latencyHistogram();
  let accepted = 0;
  let refused = 0;
  let longestRetryMs = 0;
  let failure: { readonly error: unknown } | undefined;
  return {
    /** @param dueAt when they were to be offered: falling behind counts too */
    count(answers: Answers, dueAt: number): void {
      const tookUs = Math.max(1, Math.round((performance.now() - dueAt) * 1_000));
      for (const retryAfterMs of answers) {
        if (retryAfterMs === undefined) {
          accepted += 1;
          latencies.recordValue(tookUs);
        } else {
          refused += 1;
          longestRetryMs = Math.max(longestRetryMs, retryAfterMs);
        }
      }
    },
    /** Remembers the first answer that is none. */
    fail(error: unknown): void {
      failure ??= { error };
    },
    /** @throws the first failure */
    figures(tookS: number) {
      if (failure !== undefined) throw failure.error;
      return {
        acceptedPerS: Math.round(accepted / tookS),
        refused,
        refusedPercent: Math.round((100 * refused) / (accepted + refused)),
        retryAfterMs: longestRetryMs,
        acceptedP50Ms: round2(latencies.getValueAtPercentile(50) / 1_000),
        acceptedP99Ms: round2(latencies.getValueAtPercentile(99) / 1_000),
      };
    },
  };
}
