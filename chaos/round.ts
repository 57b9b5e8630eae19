import { randomUUID } from 'node:crypto';
import { unwrap } from '../api/client/index.ts';
import { until } from '../test/kit/until.ts';
import { attempt } from '../test/rest-shop.ts';
import { breakThings, planBreakages } from './breakage.ts';
import type { Buyer, OrderOutcome, Wish } from './buyer.ts';
import { checkRound } from './check-round.ts';
import { type Goods, isOrder, type RoundDeps } from './play.ts';
import type { Random } from './random.ts';

/** What came of a round. */
export interface RoundResult {
  readonly broken: string;
  readonly orders: number;
  readonly refused: number;
  readonly sold: number;
  /** Broken invariants; empty is what we want. */
  readonly problems: readonly string[];
}

/** Buyers rush on a deal, pay, cancel and forget, while something is killed and comes back. */
export async function playRound(deps: RoundDeps, random: Random): Promise<RoundResult> {
  const goods = await layOut(deps, 10 + random.below(50));
  const plan = planBreakages(deps.onair, random);
  const wishes = deps.buyers.flatMap((buyer) =>
    Array.from({ length: 1 + random.below(2) }, () => ({
      buyer,
      wish: makeWish(deps, goods, random),
      twice: random.chance(0.3),
      fate: random.next(),
    })),
  );
  const breaking = breakThings(deps.onair, plan);
  const told = await Promise.all(
    wishes.map(async ({ buyer, wish, twice, fate }) => {
      const asked = Array.from({ length: twice ? 2 : 1 }, () => buyer.order(wish));
      const outcomes = await Promise.all(asked);
      await live(buyer, outcomes, fate);
      // Once more, after everything: the same request id must still have the same outcome.
      return { buyer, wish, outcomes: [...outcomes, await buyer.order(wish)] };
    }),
  );
  await breaking;
  const problems = await checkRound(deps, goods, told);
  const orders = new Set(told.flatMap(({ outcomes }) => outcomes.filter(isOrder)));
  return {
    broken: plan.map(({ victim, afterMs }) => `${victim} after ${afterMs} ms`).join(', '),
    orders: orders.size,
    refused: told.filter(({ outcomes }) => !outcomes.some(isOrder)).length,
    sold: problems.sold,
    problems: problems.problems,
  };
}

const price = 1_000;

async function layOut({ shop }: RoundDeps, units: number): Promise<Goods> {
  const { api } = shop.seller;
  const path = { broadcastId: shop.broadcastId };
  const { lastSeq } = await unwrap(
    api.GET('/v1/broadcasts/{broadcastId}/messages', { params: { path, query: { limit: 1 } } }),
  );
  const product = await unwrap(
    api.POST('/v1/products', {
      params: attempt(),
      body: { name: '한정판', skus: [{ name: '', price: price * 2, initialStock: units }] },
    }),
  );
  await unwrap(
    api.PUT('/v1/broadcasts/{broadcastId}/products', {
      params: { path, ...attempt() },
      body: { productIds: [product.id] },
    }),
  );
  const skuId = product.skus[0]?.id ?? '';
  const now = Date.now();
  const deal = await unwrap(
    api.POST('/v1/broadcasts/{broadcastId}/deals', {
      params: { path, ...attempt() },
      body: {
        skuId,
        price,
        startsAt: new Date(now - 1_000).toISOString(),
        endsAt: new Date(now + 600_000).toISOString(),
        units,
        limitPerBuyer: 3,
      },
    }),
  );
  return { productId: product.id, skuId, dealId: deal.id, units, chatSeq: lastSeq };
}

function makeWish({ shop }: RoundDeps, { skuId, dealId }: Goods, random: Random): Wish {
  return {
    requestId: randomUUID(),
    way: random.chance(0.5) ? 'room' : 'rest',
    broadcastId: shop.broadcastId,
    skuId,
    dealId,
    quantity: 1 + random.below(2),
  };
}

/** Most pay, some cancel (before or after paying), the rest forget. */
async function live(buyer: Buyer, outcomes: readonly OrderOutcome[], fate: number): Promise<void> {
  const orderId = outcomes.find(isOrder);
  if (orderId === undefined || fate > 0.75) return;
  if (fate > 0.65) {
    await buyer.cancel(orderId);
    return;
  }
  const order = await until(
    `${orderId} can be read`,
    async () => {
      const { data } = await buyer.person.api.GET('/v1/orders/{orderId}', {
        params: { path: { orderId } },
      });
      return data;
    },
    { timeoutMs: 60_000, everyMs: 60 },
  );
  await buyer.pay(orderId, order.amount, fate > 0.45 ? 'card' : 'points');
  if (fate < 0.08) await buyer.cancel(orderId);
}
