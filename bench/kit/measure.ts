import { build, type Histogram } from 'hdr-histogram-js';

/** What one measured stretch of time saw. */
export interface Round {
  readonly seconds: number;
  readonly done: number;
  /** Things done in a second. */
  readonly perS: number;
  /** Microseconds that each took, raw, so that rounds can be merged before percentiles. */
  readonly latencies: Histogram;
}

/** A histogram of microseconds, exact to three digits. */
export function latencyHistogram(): Histogram {
  return build({ lowestDiscernibleValue: 1, highestTrackableValue: 120_000_000 });
}

/**
 * A closed loop: each of `workers` does one thing after the other for `seconds`; the last of each
 * counts with the time it took.
 */
export async function closedLoop(options: {
  readonly seconds: number;
  readonly workers: number;
  /** Does one thing; `worker` counts from 0. */
  readonly once: (worker: number) => Promise<void>;
}): Promise<Round> {
  const latencies = latencyHistogram();
  const startedAt = performance.now();
  const endsAt = startedAt + options.seconds * 1_000;
  let done = 0;
  const work = async (worker: number) => {
    for (let before = performance.now(); before < endsAt; ) {
      await options.once(worker);
      const after = performance.now();
      latencies.recordValue(Math.max(1, Math.round((after - before) * 1_000)));
      done += 1;
      before = after;
    }
  };
  await Promise.all(Array.from({ length: options.workers }, (_, worker) => work(worker)));
  return roundOf(done, (performance.now() - startedAt) / 1_000, latencies);
}

/** A round of `done` things in `seconds`. */
export function roundOf(done: number, seconds: number, latencies: Histogram): Round {
  return { seconds, done, perS: done / seconds, latencies };
}

/** Several rounds of the same as one: medians of what is per round, all raw samples together. */
export interface Summary {
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function summarise(rounds: readonly Round[]): Summary {
  const all = latencyHistogram();
  for (const round of rounds) all.add(round.latencies);
  return {
    perS: Math.round(median(rounds.map((round) => round.perS))),
    p50Ms: round2(all.getValueAtPercentile(50) / 1_000),
    p99Ms: round2(all.getValueAtPercentile(99) / 1_000),
  };
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
}

/**
 * The median of ours to its baseline's, round by round: both of a pair ran within moments of each
 * other, so what else the machine did weighs on both.
 */
export function medianRatio(ours: readonly number[], baseline: readonly number[]): number {
  return round2(median(ours.map((value, i) => value / (baseline[i] ?? Number.NaN))));
}

/** To two decimals. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
