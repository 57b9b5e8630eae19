/** Milliseconds since 1970 in UTC. Stored times, deadlines and timers are all in this unit. */
export type EpochMs = number;

/** The one source of the current time, so that tests can hold it. */
export interface Clock {
  now(): EpochMs;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
