import type { Clock, EpochMs } from '../../common/clock.ts';
import type { DealStatusName, LiveState } from './live-state.ts';

interface DealWindow {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
}

/** Where a deal stands at `now`: it opens at `startsAt` and is over at `endsAt`. */
export function dealStatus({ startsAt, endsAt }: DealWindow, now: EpochMs): DealStatusName {
  if (now >= endsAt) return 'over';
  return now >= startsAt ? 'open' : 'scheduled';
}

/** The next time after `now` at which one of the deals changes its status; Infinity if none does. */
export function nextDealChange(deals: Iterable<DealWindow>, now: EpochMs): EpochMs {
  let next = Number.POSITIVE_INFINITY;
  for (const { startsAt, endsAt } of deals) {
    for (const at of [startsAt, endsAt]) if (at > now && at < next) next = at;
  }
  return next;
}

/** Keeps the status of deals in the state true to the server's clock. */
export interface DealClock {
  /** Switches what is due. Costs one comparison while nothing is. */
  tick(): void;
  /** Looks at all deals at the next tick: some were added, moved or removed. */
  reset(): void;
}

/** A clock for the deals of a state. It only shows; whether an order is in time the database says. */
export function createDealClock(state: LiveState, clock: Clock): DealClock {
  let next: EpochMs = 0;
  return {
    tick() {
      const now = clock.now();
      if (now < next) return;
      for (const deal of state.deals.values()) deal.status = dealStatus(deal, now);
      next = nextDealChange(state.deals.values(), now);
    },
    reset() {
      next = 0;
    },
  };
}
