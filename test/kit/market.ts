import type { Role, UserActor } from '../../common/auth/index.ts';
import { type Config, loadConfig } from '../../common/config.ts';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { toWon } from '../../common/money.ts';
import { createLocalPulse, type Pulse } from '../../common/pulse/index.ts';
import { type Broadcasts, createBroadcasts } from '../../grpc/broadcasts/index.ts';
import { type Catalog, createCatalog, verifyStock } from '../../grpc/catalog/index.ts';
import type { Database } from '../../grpc/db/index.ts';
import type { DomainDeps } from '../../grpc/domain-deps.ts';
import { createOrders, type Orders, verifyOrders } from '../../grpc/orders/index.ts';
import { type HeldClock, holdClock } from './held-clock.ts';
import { testVault } from './vault.ts';

/** One order, as the domain takes it. */
export type OrderInput = Parameters<Orders['placeOrder']>[0];
/** What a room reports. */
type Report = Parameters<Broadcasts['attendance']['report']>[0];
type LineInput = OrderInput['lines'][number];

/** The counters of one SKU. */
export interface StockCounters {
  readonly received: number;
  readonly adjustedOut: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  readonly version: number;
}

/** A product with one SKU. */
export interface Goods {
  readonly productId: string;
  readonly skuId: string;
}

/** The selling domains on one database, with a held clock, a seller, and what tests set up. */
export interface Market {
  readonly db: Database;
  readonly config: Config;
  /** What its domains are made of, for one more of a domain as another process has it. */
  readonly deps: DomainDeps;
  readonly people: typeof people;
  readonly clock: HeldClock;
  readonly pulse: Pulse;
  readonly catalog: Catalog;
  readonly broadcasts: Broadcasts;
  readonly orders: Orders;
  /** Orders as another process on the same database has them. */
  readonly otherOrders: Orders;
  readonly seller: UserActor;
  /** A product of the seller's with one SKU of 1,000 won. */
  stockGoods(units: number, more?: { price?: number; name?: string }): Promise<Goods>;
  /** A broadcast of the seller's with these goods, on air. */
  goLive(goods: readonly Goods[]): Promise<string>;
  /** A deal at 700 won that is open for an hour: 10 units, as many for each buyer. */
  openDeal(
    broadcastId: string,
    goods: Goods,
    more?: { units?: number; limit?: number; startsInMs?: number; endsInMs?: number },
  ): Promise<string>;
  stockOf(goods: Goods): Promise<StockCounters>;
  /** Resolves when all news so far was delivered. */
  newsDelivered(): Promise<void>;
  /** Whatever the checks of stock and orders find wrong. */
  problems(): Promise<string[]>;
}

/** @param settings more of the environment, as `{ PAYMENT_DEADLINE_SECONDS: '60' }` */
export function createMarket(
  db: Database,
  settings: Readonly<Record<string, string>> = {},
): Market {
  const clock = holdClock();
  const pulse = createLocalPulse();
  const config = loadConfig({ ONAIR_ENV: 'test', ...settings });
  const deps: DomainDeps = { config, db, clock, log: silentLogger(), vault: testVault, pulse };
  const catalog = createCatalog(deps);
  const broadcasts = createBroadcasts(deps, catalog, people);
  const seller = person('seller');

  return {
    db,
    config,
    deps,
    people,
    clock,
    pulse,
    catalog,
    broadcasts,
    seller,
    orders: createOrders(deps, catalog, broadcasts),
    otherOrders: createOrders(deps, catalog, broadcasts),
    async stockGoods(units, { price = 1_000, name = '감귤 5kg' } = {}) {
      const productId = await catalog.createProduct(seller, {
        requestId: unused('product'),
        name,
        description: '',
        skus: [{ name: '', price: toWon(price), initialStock: units }],
      });
      const [sku] = (await catalog.readWritten(productId))?.skus ?? [];
      if (sku === undefined) throw new Error('the product has no SKU');
      return { productId, skuId: sku.id };
    },
    async goLive(goods) {
      const input = { title: '생방송', description: '', scheduledAt: undefined };
      const broadcastId = await broadcasts.createBroadcast(seller, {
        requestId: unused('broadcast'),
        ...input,
      });
      await broadcasts.setBroadcastProducts(seller, {
        requestId: unused('products'),
        broadcastId,
        productIds: goods.map((one) => one.productId),
      });
      await broadcasts.startBroadcast(seller, { requestId: unused('start'), broadcastId });
      return broadcastId;
    },
    openDeal(broadcastId, goods, more = {}) {
      const { units = 10, limit = units, startsInMs = 0, endsInMs = 3_600_000 } = more;
      return broadcasts.createDeal(seller, {
        requestId: unused('deal'),
        broadcastId,
        skuId: goods.skuId,
        price: toWon(700),
        startsAt: clock.now() + startsInMs,
        endsAt: clock.now() + endsInMs,
        units,
        limitPerBuyer: limit,
      });
    },
    async stockOf({ skuId }) {
      const row = await db.primary.row<StockCounters>(
        `SELECT received, adjustedOut, available, held, sold, version FROM stock WHERE skuId = ?`,
        [skuId],
      );
      if (row === undefined) throw new Error(`${skuId} has no stock`);
      return row;
    },
    newsDelivered() {
      const marker = newId('brc');
      return new Promise((resolve) => {
        pulse.onBroadcast(marker, () => resolve());
        pulse.publishBroadcast(marker, { type: 'changed' });
      });
    },
    problems: async () => [...(await verifyStock(db.primary)), ...(await verifyOrders(db.primary))],
  };
}

/** Everyone that a test thinks up has an account, and may sell. */
const people = {
  namesOf: async (_reader: unknown, userIds: readonly string[]) =>
    new Map(userIds.map((userId) => [userId, '홍길동'])),
  isSellerIn: async () => true,
};

/** An account that nobody else of the run has. */
export function person(...roles: Role[]): UserActor {
  return { kind: 'user', userId: newId('usr'), sessionId: newId('ses'), name: '홍길동', roles };
}

let count = 0;

/** A request id that nobody else of the run has. */
export function unused(label: string): string {
  count += 1;
  return `${label}-${count}`;
}

/** An order of one unit by a new buyer, but for what is told. */
export function orderOf(
  broadcastId: string,
  lines: readonly (Goods & Partial<LineInput>)[],
  more: Partial<Pick<OrderInput, 'requestId' | 'userId'>> = {},
): OrderInput {
  return {
    requestId: unused('order'),
    userId: newId('usr'),
    broadcastId,
    lines: lines.map(({ skuId, dealId = '', quantity = 1, expectedUnitPrice = 0 }) => {
      return { skuId, dealId, quantity, expectedUnitPrice };
    }),
    ...more,
  };
}

/** The first report of a room with nobody in it, but for what is told. */
export function reportOf(broadcastId: string, roomId: string, more: Partial<Report> = {}): Report {
  const nobody = { joined: [], left: [], seated: [], guests: 0, cameFrom: [] };
  return { broadcastId, roomId, whole: true, closed: false, ...nobody, ...more };
}

/** `ok`, or the code of the refusal. @throws what is not a refusal */
export async function codeOf(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
    return 'ok';
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** How many there are of each. */
export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** The only item of a list. @throws Error when it is not the only one */
export function only<Item>(items: readonly Item[]): Item {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`${items.length} items, not one`);
  return item;
}
