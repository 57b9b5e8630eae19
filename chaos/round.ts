import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { unwrap } from '../api/client/index.ts';
import { until } from '../test/kit/until.ts';
import { attempt } from '../test/rest-shop.ts';
import { type Breakage, breakThings } from './breakage.ts';
import type { Buyer, OrderOutcome, Wish } from './buyer.ts';
import { checkRound } from './check-round.ts';
import {
  type ChosenCard,
  type Deed,
  type Goods,
  isOrder,
  type RoundDeps,
  type Told,
} from './play.ts';
import { createRandom, type Random } from './random.ts';

/** What came of a round. */
export interface RoundResult {
  readonly broken: string;
  readonly orders: number;
  readonly refused: number;
  readonly sold: number;
  /** Orders that were paid, whatever came after. */
  readonly paid: number;
  /** Broken invariants; empty is what we want. */
  readonly problems: readonly string[];
}

/** Milliseconds until a buyer's first wish, and between two of them, at most. */
const maxPauseMs = { first: 1_500, later: 4_000 };

/**
 * Buyers order from a deal, pay, cancel and forget, from before something is killed until it is
 * back.
 */
export async function playRound(
  deps: RoundDeps,
  plan: readonly Breakage[],
  random: Random,
): Promise<RoundResult> {
  const goods = await layOut(deps, 30 + random.below(60));
  let isBack = false;
  const breaking = breakThings(deps.onair, plan).finally(() => {
    isBack = true;
  });
  // Each has dice of its own, so that what others do changes nothing of what it wants.
  const shopping = deps.buyers.map((buyer) => {
    const own = createRandom(random.below(2 ** 32));
    return shop(
      buyer,
      own,
      () => makeWish(deps, goods, own),
      () => isBack,
    );
  });
  const [told] = await Promise.all([Promise.all(shopping), breaking]);
  const checked = await checkRound(deps, goods, told.flat());
  const outcomes = told.flat().map((one) => one.outcomes);
  return {
    broken: plan.map(({ victim, afterMs }) => `${victim} after ${afterMs} ms`).join(', '),
    orders: new Set(outcomes.flat().filter(isOrder)).size,
    refused: outcomes.filter((all) => !all.some(isOrder)).length,
    ...checked,
  };
}

/** Wants something at moments of its own, until what was killed is back. */
async function shop(
  buyer: Buyer,
  random: Random,
  newWish: () => Wish,
  isBack: () => boolean,
): Promise<Told[]> {
  const told: Promise<Told>[] = [];
  let pauseMs = random.below(maxPauseMs.first);
  do {
    await delay(pauseMs);
    told.push(pursue(buyer, newWish(), random.chance(0.3), random.next()));
    pauseMs = random.below(maxPauseMs.later);
  } while (!isBack());
  return Promise.all(told);
}

async function pursue(buyer: Buyer, wish: Wish, twice: boolean, fate: number): Promise<Told> {
  const outcomes: OrderOutcome[] = [];
  const deeds: Deed[] = [];
  const cards: ChosenCard[] = [];
  const told = { buyer, wish, outcomes, deeds, cards };
  try {
    const asked = Array.from({ length: twice ? 2 : 1 }, () => buyer.order(wish));
    outcomes.push(...(await Promise.all(asked)));
    await live(told, fate);
    // Once more, after everything: the same request id must still have the same outcome.
    outcomes.push(await buyer.order(wish));
    return told;
  } catch (error) {
    return { ...told, failure: String(error) };
  }
}

const price = 1_000;
const limitPerBuyer = 3;

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
        limitPerBuyer,
      },
    }),
  );
  const { id: productId } = product;
  return { productId, skuId, dealId: deal.id, units, limitPerBuyer, chatSeq: lastSeq };
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

/** What a buyer does with an order, and what it was told. */
interface Life {
  readonly buyer: Buyer;
  readonly outcomes: readonly OrderOutcome[];
  readonly deeds: Deed[];
  readonly cards: ChosenCard[];
}

/** Most pay, some cancel (before or after paying), the rest forget. */
async function live({ buyer, outcomes, deeds, cards }: Life, fate: number): Promise<void> {
  const orderId = outcomes.find(isOrder);
  if (orderId === undefined || fate > 0.75) return;
  const act = async (what: string, again: () => Promise<string>) =>
    void deeds.push({ what: `${what}-${orderId}`, answer: await again(), again });
  const cancel = () => act('cancel', () => buyer.cancel(orderId));
  if (fate > 0.65) return cancel();
  const amount = await amountOf(buyer, orderId);
  const key = fate > 0.45 ? await buyer.chooseCard(orderId, amount) : undefined;
  if (key !== undefined) cards.push({ orderId, key });
  await act('pay', () => buyer.pay(orderId, amount, key));
  if (fate < 0.08 || fate > 0.6) await cancel();
}

async function amountOf(buyer: Buyer, orderId: string): Promise<number> {
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
  return order.amount;
}
