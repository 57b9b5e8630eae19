import { unwrap } from '../api/client/index.ts';
import { until } from '../test/kit/until.ts';
import { type Goods, isOrder, type RoundDeps, type Told } from './play.ts';

/** States in which an order rests. */
const resting: ReadonlySet<string> = new Set(['paid', 'cancelled', 'expired', 'refunded']);

/** Waits until every order of the round rests, then looks for anything that should not be. */
export async function checkRound(
  deps: RoundDeps,
  goods: Goods,
  told: readonly Told[],
): Promise<{ sold: number; problems: string[] }> {
  const problems: string[] = [];
  const orders = await restingOrders(deps, goods).catch((error: unknown) => {
    problems.push(String(error));
    return [];
  });
  problems.push(...checkOutcomes(told), ...checkOrders(told, orders));
  const paid = orders.filter((order) => order.status === 'paid');
  const sold = paid.reduce((sum, order) => sum + order.quantity, 0);
  problems.push(...(await checkStock(deps, goods, sold)));
  problems.push(...(await checkBooks(deps)));
  problems.push(
    ...(await checkPurchases(deps, goods, orders.filter((order) => order.wasPaid).length)),
  );
  return { sold, problems };
}

interface RoundOrder {
  readonly id: string;
  readonly userId: string;
  readonly status: string;
  readonly quantity: number;
  readonly wasPaid: boolean;
}

async function restingOrders({ buyers }: RoundDeps, goods: Goods): Promise<RoundOrder[]> {
  return until(
    'every order rests',
    async () => {
      const orders = await readOrders(buyers, goods);
      return orders.every((order) => resting.has(order.status)) && orders.length > 0
        ? orders
        : undefined;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
}

async function readOrders(buyers: RoundDeps['buyers'], goods: Goods): Promise<RoundOrder[]> {
  const pages = await Promise.all(
    buyers.map(({ person }) =>
      unwrap(person.api.GET('/v1/orders', { params: { query: { pageSize: 20 } } })),
    ),
  );
  return pages
    .flatMap((page) => page.items)
    .filter((order) => order.lines.some((line) => line.skuId === goods.skuId))
    .map(({ id, userId, status, lines, paidAt }) => ({
      id,
      userId,
      status,
      quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
      wasPaid: paidAt !== null,
    }));
}

/** Each request id has one outcome, and it is one that may be. */
function checkOutcomes(told: readonly Told[]): string[] {
  const allowed = new Set(['refused SOLD_OUT', 'refused LIMIT_REACHED']);
  return told.flatMap(({ wish, outcomes }) => {
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

/** The job that follows a payment tells the room: each order is counted in one message, once. */
async function checkPurchases(
  { shop }: RoundDeps,
  goods: Goods,
  paidOrders: number,
): Promise<string[]> {
  const count = async () => {
    const { items } = await unwrap(
      shop.seller.api.GET('/v1/broadcasts/{broadcastId}/messages', {
        params: {
          path: { broadcastId: shop.broadcastId },
          query: { afterSeq: goods.chatSeq, limit: 500 },
        },
      }),
    );
    return items.reduce((sum, message) => sum + message.orders, 0);
  };
  const told = await until(
    'every purchase is told of',
    async () => {
      const orders = await count();
      return orders >= paidOrders ? { orders } : undefined;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  ).catch(async () => ({ orders: await count() }));
  return told.orders === paidOrders
    ? []
    : [`${paidOrders} orders were paid, the room was told of ${told.orders}`];
}
