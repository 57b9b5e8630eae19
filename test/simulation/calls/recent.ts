import { createRandom, type Random } from '../../../chaos/random.ts';
import type { World } from '../model/world.ts';
import type { Platform } from '../platform/platform.ts';
import type { Call } from './call.ts';

/** Ids of what came last, as most of what people do is about that. */
export interface Recent {
  readonly orders: string[];
  readonly deals: string[];
  readonly broadcasts: string[];
  readonly holds: string[];
  readonly calls: Call[];
  /** Payments of each order, oldest first. */
  readonly paymentsOf: Map<string, string[]>;
  /** Keys of all cards that were chosen. */
  readonly cards: Set<string>;
  /** Cards whose company keeps silent or refuses a refund, until someone mends that. */
  readonly stuckCards: Set<string>;
}

/** What calls are chosen from. */
export interface Dice {
  readonly random: Random;
  readonly world: World;
  readonly platform: Platform;
  readonly recent: Recent;
  /** A request id that follows from the seed. */
  newRequestId(): string;
}

export function createDice(seed: number, world: World, platform: Platform): Dice {
  let requests = 0;
  return {
    random: createRandom(seed),
    world,
    platform,
    recent: {
      orders: [],
      deals: [],
      broadcasts: [],
      holds: [],
      calls: [],
      paymentsOf: new Map(),
      cards: new Set(),
      stuckCards: new Set(),
    },
    newRequestId() {
      requests += 1;
      return `r${requests}`;
    },
  };
}

/** Adds what is not there yet, and forgets the oldest beyond `most`. */
export function keep<Item>(list: Item[], items: Iterable<Item>, most: number): void {
  for (const item of items) if (!list.includes(item)) list.push(item);
  list.splice(0, Math.max(0, list.length - most));
}

/** One of the likely things with its weight. */
export function pickWeighted<Item>(
  random: Random,
  weighted: readonly (readonly [number, Item])[],
): Item {
  let left = random.next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of weighted) {
    left -= weight;
    if (left < 0) return item;
  }
  return random.pick(weighted)[1];
}
