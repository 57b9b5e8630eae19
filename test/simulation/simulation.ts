import { toWon } from '../../common/money.ts';
import type { Call } from './calls/call.ts';
import { createDice, type Dice, keep } from './calls/recent.ts';
import { type Finished, runErrands } from './errand.ts';
import { textOf } from './model/answer.ts';
import { differencesOf } from './model/compare.ts';
import { explain, type Thread } from './model/explain.ts';
import { createWorld, type Payment, type World } from './model/world.ts';
import {
  createWitness,
  type Evidence,
  type Scope,
  type Witness,
  wholeScope,
} from './platform/evidence.ts';
import { type Platform, type Process, startPlatform } from './platform/platform.ts';
import { brokenWords, progressOf } from './progress.ts';

/** A platform and the model that it is held against. */
export interface Simulation {
  readonly platform: Platform;
  readonly world: World;
  readonly dice: Dice;
  readonly witness: Witness;
  /**
   * Makes calls at the same time, each to one of the processes, and takes the model to where they
   * led. Answers what is wrong, if anything is.
   */
  play(calls: readonly { call: Call; process: Process }[]): Promise<Played>;
}

export interface Played {
  readonly finished: readonly Finished[];
  readonly problems: readonly string[];
}

const productCount = 3;
const skusPerProduct = 2;

export async function openSimulation(seed: number, databaseUrl?: string): Promise<Simulation> {
  const platform = await startPlatform(databaseUrl);
  const world = createWorld(platform.clock.now());
  const dice = createDice(seed, world, platform);
  const witness = createWitness(platform.db.primary);
  await stockShelves(platform, world);
  // Whether someone without points has an account already is nobody's concern.
  for (const { userId } of platform.people.buyers) {
    world.accounts.set(userId, { posted: 0, pendingOut: 0 });
  }
  // What was done so far is where the model begins.
  await witness.look(wholeScope(world));
  world.settle();
  return {
    platform,
    world,
    dice,
    witness,
    async play(errands) {
      world.now = platform.clock.now();
      const finished = await runErrands(errands, platform.processes);
      const evidence = await witness.look(scopeOf(finished, dice));
      world.seenShares = Map.groupBy(evidence.uses, ({ transferId }) => transferId);
      const before = statusesOf(world, evidence);
      const why = explain(world, inLikelyOrder(world, finished, evidence), () =>
        differencesOf(world, evidence),
      );
      if (why !== undefined) return { finished, problems: [why] };
      world.settle();
      rememberCalls(dice, finished, evidence);
      const problems = brokenWords(finished, evidence);
      return { finished, problems: [...problems, ...(await checkCards(platform, world, before))] };
    },
  };
}

async function stockShelves({ processes, people, db }: Platform, world: World): Promise<void> {
  const { catalog } = processes[0].context;
  for (let i = 0; i < productCount; i += 1) {
    const productId = await catalog.createProduct(people.seller, {
      requestId: `goods ${i}`,
      name: `goods ${i}`,
      description: '',
      skus: Array.from({ length: skusPerProduct }, (_, position) => ({
        name: `variant ${position}`,
        price: toWon(500 + 700 * i + 300 * position),
        initialStock: 60,
      })),
    });
    const [product] = await catalog.readProducts([productId], db.primary);
    if (product === undefined) throw new Error('the product is not there');
    world.products.set(productId, { id: productId, status: 'on_sale', version: 1 });
    for (const { id, price, stock } of product.skus) {
      const { received, adjustedOut, available, held, sold, version } = stock;
      const counters = { received, adjustedOut, available, held, sold, version };
      world.skus.set(id, { id, productId, price, ...counters });
    }
  }
}

/** What happened, as far as answers tell the order: most of the time nothing else is to be tried. */
function inLikelyOrder(world: World, finished: readonly Finished[], evidence: Evidence): Thread[] {
  const calls = finished.map(({ call, told, rank }) => {
    return { rank, threads: call.threads(told), ids: call.names(told.answer).paymentIds ?? [] };
  });
  const payments = progressOf(world, evidence).map(([id, thread]) => {
    // It had come that far when the first of those who worked on it was answered.
    const ranks = calls.filter(({ ids }) => ids.includes(id)).map(({ rank }) => rank);
    return { rank: Math.min(...ranks) + 0.5, threads: [thread] };
  });
  return [...calls, ...payments].sort((a, b) => a.rank - b.rank).flatMap(({ threads }) => threads);
}

/** What the calls named, what came last, and the deals of all those orders. */
function scopeOf(finished: readonly Finished[], { world, recent }: Dice): Scope {
  const named = finished.map(({ call, told }) => call.names(told.answer));
  const paymentIds = named.flatMap((names) => names.paymentIds ?? []);
  const orderIds = [
    ...named.flatMap((names) => names.orderIds ?? []),
    ...paymentIds.flatMap((id) => world.payments.get(id)?.orderId ?? []),
  ];
  const lines = orderIds.flatMap((id) => world.orders.get(id)?.lines ?? []);
  return {
    orderIds,
    paymentIds,
    broadcastIds: [...recent.broadcasts, ...named.flatMap((names) => names.broadcastIds ?? [])],
    dealIds: [
      ...recent.deals,
      ...lines.flatMap((line) => line.dealId ?? []),
      ...named.flatMap((names) => names.dealIds ?? []),
    ],
  };
}

function rememberCalls({ recent, world }: Dice, finished: readonly Finished[], evidence: Evidence) {
  keep(
    recent.calls,
    finished.filter(isKeyed).map(({ call }) => call),
    40,
  );
  for (const { call, told } of finished) {
    const names = call.names(told.answer);
    keep(
      recent.orders,
      (names.orderIds ?? []).filter((id) => world.orders.get(id)),
      60,
    );
    keep(recent.deals, names.dealIds ?? [], 12);
    keep(recent.broadcasts, names.broadcastIds ?? [], 5);
    if (call.label.startsWith('hold') && told.answer.ok) {
      keep(recent.holds, [textOf(told.answer, 'id')], 20);
    }
  }
  for (const { id, orderId } of evidence.payments) {
    const ids = recent.paymentsOf.get(orderId) ?? [];
    if (!ids.includes(id)) recent.paymentsOf.set(orderId, [...ids, id]);
  }
}

function isKeyed({ call }: Finished): boolean {
  return call.twisted !== undefined;
}

function statusesOf(
  world: World,
  { payments }: Evidence,
): Map<string, Payment['status'] | undefined> {
  return new Map(payments.map(({ id }) => [id, world.payments.get(id)?.status]));
}

/** Whether the card company has the money of payments that moved, exactly while we say so. */
async function checkCards(
  { cards }: Platform,
  world: World,
  before: ReadonlyMap<string, Payment['status'] | undefined>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, status] of before) {
    const payment = world.payments.need(id);
    if (payment.method !== 'card' || payment.status === status) continue;
    const taken = await cards.taken(payment.reference);
    const expected = expectedTaken(payment);
    if (expected !== undefined && taken !== expected) {
      problems.push(`${id} is ${payment.status}, the card company has ${taken}`);
    }
  }
  return problems;
}

/** Won that the card company must have; undefined while that may be either. */
function expectedTaken({ status, amount }: Payment): number | undefined {
  if (status === 'captured') return amount;
  return status === 'failed' || status === 'refunded' ? 0 : undefined;
}
