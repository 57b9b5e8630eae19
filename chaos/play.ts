import type { Onair } from '../test/kit/onair.ts';
import type { Shop } from '../test/rest-shop.ts';
import type { Buyer, OrderOutcome, Wish } from './buyer.ts';

/** What a round is played with. */
export interface RoundDeps {
  readonly onair: Onair;
  readonly shop: Shop;
  readonly buyers: readonly Buyer[];
}

/** One wish and everything that was ever answered to its request id. */
export interface Told {
  readonly buyer: Buyer;
  readonly wish: Wish;
  readonly outcomes: readonly OrderOutcome[];
}

/** Units and goods of one round. */
export interface Goods {
  readonly productId: string;
  readonly skuId: string;
  readonly dealId: string;
  readonly units: number;
  /** Number of the newest chat message before the round. */
  readonly chatSeq: number;
}

/** Whether an outcome is an order. */
export function isOrder(outcome: OrderOutcome): outcome is `ord_${string}` {
  return outcome.startsWith('ord_');
}
