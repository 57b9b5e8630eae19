import type { Onair } from '../test/kit/onair.ts';
import type { Shop } from '../test/rest-shop.ts';
import type { Buyer, OrderOutcome, Wish } from './buyer.ts';

/** What a round is played with. */
export interface RoundDeps {
  readonly onair: Onair;
  readonly shop: Shop;
  readonly buyers: readonly Buyer[];
  /** Jobs of orders that are not done yet. */
  readonly countWaitingJobs: () => Promise<number>;
}

/** A request that was answered, and can be made again under the same id. */
export interface Deed {
  readonly what: string;
  /** What it was answered first: an id and a state, or a refusal. */
  readonly answer: string;
  readonly again: () => Promise<string>;
}

/** A card that a buyer chose for an order. */
export interface ChosenCard {
  readonly orderId: string;
  readonly key: string;
}

/** One wish and everything that was ever answered to its request id. */
export interface Told {
  readonly buyer: Buyer;
  readonly wish: Wish;
  readonly outcomes: readonly OrderOutcome[];
  /** What its buyer did with the order. */
  readonly deeds: readonly Deed[];
  readonly cards: readonly ChosenCard[];
  /** Why its buyer gave up. */
  readonly failure?: string;
}

/** Units and goods of one round. */
export interface Goods {
  readonly productId: string;
  readonly skuId: string;
  readonly dealId: string;
  readonly units: number;
  readonly limitPerBuyer: number;
  /** Number of the newest chat message before the round. */
  readonly chatSeq: number;
}

/** Whether an outcome is an order. */
export function isOrder(outcome: OrderOutcome): outcome is `ord_${string}` {
  return outcome.startsWith('ord_');
}
