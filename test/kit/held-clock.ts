import type { Clock } from '../../common/clock.ts';

/** A clock that moves only when a test moves it. */
export interface HeldClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands at the beginning of 2026. */
export function holdClock(): HeldClock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}
