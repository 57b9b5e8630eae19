/** One question about the server's time and its answer; local times by the same local clock. */
export interface ClockSample {
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly serverNow: number;
}

/** What the server's clock shows, as far as this client can tell. Epoch milliseconds. */
export interface ServerClock {
  /** Server time minus local time; 0 before the first sample. */
  readonly offsetMs: number;
  /** How far `offsetMs` may be off: half the round trip of the best sample. */
  readonly uncertaintyMs: number;
  add(sample: ClockSample): void;
  /** Forgets all samples but keeps the offset: the local clock was set, or has slept. */
  distrust(): void;
  now(): number;
}

const keptSamples = 16;

/**
 * The sample with the shortest round trip had the least time to be wrong in, so it decides. Old
 * samples make room for new ones, because clocks drift apart.
 */
export function createServerClock(localNow: () => number = Date.now): ServerClock {
  let samples: { readonly roundTripMs: number; readonly offsetMs: number }[] = [];
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  return {
    get offsetMs() {
      return best.offsetMs;
    },
    get uncertaintyMs() {
      return best.roundTripMs / 2;
    },
    add({ askedAt, answeredAt, serverNow }) {
      const roundTripMs = answeredAt - askedAt;
      // The local clock was set back in between.
      if (roundTripMs < 0) return;
      const offsetMs = serverNow - (askedAt + roundTripMs / 2);
      samples = [...samples, { roundTripMs, offsetMs }].slice(-keptSamples);
      best = samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
    },
    distrust() {
      samples = [];
    },
    now: () => localNow() + best.offsetMs,
  };
}
