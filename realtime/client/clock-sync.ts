import { pause } from './backoff.ts';
import { field } from './refusal.ts';
import { createServerClock } from './server-clock.ts';

/** Questions in one look, and the milliseconds between them. */
const samplesPerLook = 4;
const betweenMs = 150;

export interface ClockSyncDeps {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Asks the room for its clock. */
  readonly ask: () => Promise<unknown>;
}

/** Looks at the server's clock when told to, and again from time to time. */
export function createClockSync({ everyMs, ask }: ClockSyncDeps) {
  const clock = createServerClock();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking = false;

  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    lookedAt = performance.now();
    try {
      for (let i = 0; i < samplesPerLook; i += 1) {
        if (i > 0) await pause(betweenMs);
        const askedAt = Date.now();
        const serverNow = Number(field(await ask(), 'now'));
        if (Number.isFinite(serverNow)) clock.add({ askedAt, answeredAt: Date.now(), serverNow });
      }
    } catch {
      // The room is gone; the next one is looked at as soon as it is there.
      lookedAt = Number.NEGATIVE_INFINITY;
    } finally {
      looking = false;
    }
  }

  return {
    now: clock.now,
    reading: {
      get offsetMs() {
        return clock.offsetMs;
      },
      get uncertaintyMs() {
        return clock.uncertaintyMs;
      },
    },
    /** Looks now, unless the last look is fresh. */
    look(): void {
      if (performance.now() - lookedAt >= everyMs) void look();
    },
    /** Looks when it is time to. */
    tick(): void {
      if (lookedAt > 0 && performance.now() - lookedAt >= everyMs) void look();
    },
    /** The local clock was set: looks again. */
    distrust(): void {
      clock.distrust();
      void look();
    },
  };
}
