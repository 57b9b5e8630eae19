import { unwrap } from '../api/client/index.ts';
import { inParallel } from '../demo/in-parallel.ts';
import { until } from '../test/kit/until.ts';
import type { Buyer } from './buyer.ts';
import { takenFrom } from './card-page.ts';
import { patienceMs } from './patience.ts';
import { type Goods, isOrder, type RoundDeps, type Told } from './play.ts';

/** States in which an order rests. */
const resting: ReadonlySet<string> = new Set(['paid', 'cancelled', 'expired', 'refunded']);

/** States in which an order's units went back to the deal. */
const ended: ReadonlySet<string> = new Set(['cancelled', 'expired', 'refunded']);

/**
 * Waits until every order of the round rests and its jobs are done, asks everything again, then
 * looks for anything that should not be.
 */
export async function checkRound(
  deps: RoundDeps,
  goods: Goods,
  told: readonly Told[],
): Promise<{ sold: number; paid: number; problems: string[] }> {
  const problems = await comeToRest(deps, goods);
  const repeated = await checkRepeats(told);
  const orders = await readOrders(deps.buyers, goods);
  const sold = unitsOf(orders.filter((order) => order.status === 'paid'));
  const paid = orders.filter((order) => order.wasPaid).length;
  problems.push(...repeated, ...checkOutcomes(told), ...checkOrders(told, orders));
  problems.push(...checkLimits(orders, goods.limitPerBuyer));
  for (const { id, status } of orders) {
    if (!resting.has(status)) problems.push(`${id} is still ${status}`);
  }
  problems.push(...(await checkStock(deps, goods, sold)), ...(await checkBooks(deps)));
  problems.push(...(await checkCards(deps, told)), ...(await checkPurchases(deps, goods, paid)));
  return { sold, paid, problems };
}

interface RoundOrder {
  readonly id: string;
  readonly userId: string;
  readonly status: string;
  readonly quantity: number;
  readonly wasPaid: boolean;
}

/**
 * Waits for the last job that follows from an order: then every order rests. Answers what was wrong
 * before, and what does not rest.
 */
async function comeToRest(deps: RoundDeps, goods: Goods): Promise<string[]> {
  const before = await readOrders(deps.buyers, goods);
  const problems = checkLimits(before, goods.limitPerBuyer);
  const noJobs = async () => (await deps.countWaitingJobs()) === 0;
  await until('no job waits', noJobs, { timeoutMs: patienceMs, everyMs: 250 }).catch(
    (error: unknown) => problems.push(String(error)),
  );
  return problems;
}

/** Nobody has more units of the deal than one may, bought or held. */
function checkLimits(orders: readonly RoundOrder[], limitPerBuyer: number): string[] {
  const live = orders.filter((order) => !ended.has(order.status));
  const byBuyer = Map.groupBy(live, (order) => order.userId);
  return [...byBuyer]
    .filter(([, owned]) => unitsOf(owned) > limitPerBuyer)
    .map(
      ([userId, owned]) => `${userId} has ${unitsOf(owned)} units, ${limitPerBuyer} are allowed`,
    );
}

function unitsOf(orders: readonly RoundOrder[]): number {
  return orders.reduce((sum, order) => sum + order.quantity, 0);
}

async function readOrders(buyers: RoundDeps['buyers'], goods: Goods): Promise<RoundOrder[]> {
  const all = await Promise.all(buyers.map((buyer) => readOrdersOf(buyer, goods)));
  return all.flat();
}

/** Newest first: those of the round come before those of earlier ones. */
async function readOrdersOf({ person }: Buyer, { skuId }: Goods): Promise<RoundOrder[]> {
  const orders: RoundOrder[] = [];
  let pageToken: string | undefined;
  do {
    const query = { pageSize: 20, ...(pageToken === undefined ? {} : { pageToken }) };
    const page = await unwrap(person.api.GET('/v1/orders', { params: { query } }));
    const found = page.items.filter((order) => order.lines.some((line) => line.skuId === skuId));
    for (const { id, userId, status, lines, paidAt } of found) {
      const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
      orders.push({ id, userId, status, quantity, wasPaid: paidAt !== null });
    }
    pageToken = found.length === page.items.length ? (page.nextPageToken ?? undefined) : undefined;
  } while (pageToken !== undefined);
  return orders;
}

/** What follows by itself from a state that a buyer was told. */
const later: Readonly<Record<string, readonly string[]>> = {
  captured: ['refunding', 'refunded'],
  refunding: ['refunded'],
};

/** Payments and cancels that are asked for again are what they were, or what became of them. */
async function checkRepeats(told: readonly Told[]): Promise<string[]> {
  const deeds = told.flatMap((one) => one.deeds);
  const problems = await inParallel(deeds, 30, async ({ what, answer, again }) => {
    const repeated = await again().catch(String);
    const [id, state = ''] = answer.split(' ');
    const fine = [answer, ...(later[state] ?? []).map((next) => `${id} ${next}`)];
    return fine.includes(repeated) ? [] : [`${what} was ${answer}, asked again ${repeated}`];
  });
  return problems.flat();
}

/** Each request id has one outcome, and it is one that may be. */
function checkOutcomes(told: readonly Told[]): string[] {
  const allowed = new Set(['refused SOLD_OUT', 'refused LIMIT_REACHED']);
  return told.flatMap(({ wish, outcomes, failure }) => {
    if (failure !== undefined) return failure;
    const different = new Set(outcomes);
    if (different.size > 1) return `${wish.requestId} has outcomes ${[...different].join(', ')}`;
    const [outcome] = outcomes;
    if (outcome === undefined || isOrder(outcome) || allowed.has(outcome)) return [];
    return `${wish.requestId} was ${outcome}`;
  });
}

/** Each order that a client saw exists once, and no order exists that no client saw. */
function checkOrders(told: readonly Told[], orders: readonly RoundOrder[]): string[] {
  const seen = new Map<string, string>();
  for (const { buyer, outcomes } of told) {
    for (const outcome of outcomes) if (isOrder(outcome)) seen.set(outcome, buyer.person.user.id);
  }
  const found = new Map(orders.map((order) => [order.id, order.userId]));
  return [
    ...[...seen].filter(([id, userId]) => found.get(id) !== userId).map(([id]) => `${id} is lost`),
    ...[...found.keys()].filter((id) => !seen.has(id)).map((id) => `nobody was told of ${id}`),
    ...(found.size === orders.length ? [] : ['an order stands twice']),
  ];
}

async function checkStock(deps: RoundDeps, goods: Goods, sold: number): Promise<string[]> {
  const product = await unwrap(
    deps.shop.seller.api.GET('/v1/products/{productId}', {
      params: { path: { productId: goods.productId } },
    }),
  );
  const stock = product.skus[0]?.stock;
  if (stock === undefined) return ['the stock is gone'];
  const expected = { held: 0, sold, available: goods.units - sold };
  const wrong = Object.entries(expected).filter(
    ([name, value]) => Object.entries(stock).find(([key]) => key === name)?.[1] !== value,
  );
  return [
    ...wrong.map(([name, value]) => `stock: ${name} is not ${value} but ${JSON.stringify(stock)}`),
    ...(sold > goods.units ? [`${sold} of ${goods.units} units were sold`] : []),
  ];
}

async function checkBooks({ shop }: RoundDeps): Promise<string[]> {
  const books = await unwrap(shop.admin.api.GET('/v1/audits/books'));
  const dead = await unwrap(shop.admin.api.GET('/v1/dead-jobs'));
  return [
    ...books.differences,
    ...(books.pointsTotal === 0 ? [] : [`points sum to ${books.pointsTotal}`]),
    ...dead.items.map((job) => `job ${job.kind} died: ${job.lastError}`),
  ];
}

/** The card company has the money of exactly those payments that hold it. */
async function checkCards({ onair }: RoundDeps, told: readonly Told[]): Promise<string[]> {
  const cards = told.flatMap(({ buyer, cards }) => cards.map((card) => ({ buyer, ...card })));
  const problems = await inParallel(cards, 30, async ({ buyer, orderId, key }) => {
    const path = { orderId };
    const { items } = await unwrap(
      buyer.person.api.GET('/v1/orders/{orderId}/payments', { params: { path } }),
    );
    const due = items
      .filter(({ method, status }) => method === 'card' && status === 'captured')
      .reduce((sum, payment) => sum + payment.amount, 0);
    const taken = await takenFrom(onair.sandboxUrl, key);
    return taken === due ? [] : [`${orderId}: ${due} are paid, the card company has ${taken}`];
  });
  return problems.flat();
}

/** The job that follows a payment tells the room: each order is counted in one message, once. */
async function checkPurchases(
  { shop }: RoundDeps,
  { chatSeq }: Goods,
  paidOrders: number,
): Promise<string[]> {
  const path = { broadcastId: shop.broadcastId };
  const query = { afterSeq: chatSeq, limit: 500 };
  const { items } = await unwrap(
    shop.seller.api.GET('/v1/broadcasts/{broadcastId}/messages', { params: { path, query } }),
  );
  const told = items.reduce((sum, message) => sum + message.orders, 0);
  return told === paidOrders
    ? []
    : [`${paidOrders} orders were paid, the room was told of ${told}`];
}
