import type { UserActor } from '../../common/auth/index.ts';
import type { Clock } from '../../common/clock.ts';
import { type Config, loadConfig } from '../../common/config.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { toPoints, toWon, type Won } from '../../common/money.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import { testVault } from '../../test/kit/vault.ts';
import { createAccounts } from '../accounts.ts';
import { type Broadcasts, createBroadcasts } from '../broadcasts/index.ts';
import { type Catalog, createCatalog, verifyStock } from '../catalog/index.ts';
import type { Database } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { createOrders, type Orders, verifyOrders } from '../orders/index.ts';
import { createPoints, type Points, verifyLedger } from '../points/index.ts';
import type { Users } from '../users/index.ts';
import type { PaymentMethod, PaymentRow } from './entities.ts';
import { createPayments, type Payments, verifyPayments } from './index.ts';
import type { PayOrderInput } from './pay-request.ts';
import type { PaymentsDeps } from './payments-deps.ts';
import { createProviders } from './providers/create-providers.ts';
import { type TossFixture, tossSecret } from './providers/toss-for-tests.ts';

/** Won of one unit of what the shop sells. */
export const unitPrice = 10_000;

/** A clock that runs as the machine's does, and can be put forward. */
interface ForwardClock extends Clock {
  advance(ms: number): void;
}

/** An order to pay, and who pays it. */
export interface PlacedOrder {
  readonly id: string;
  readonly buyer: UserActor;
  readonly amount: Won;
}

interface PayOptions {
  readonly method?: PaymentMethod;
  readonly paymentKey?: string;
  readonly requestId?: string;
  readonly amount?: number;
}

/** How an order stands, as far as payments move it. */
export interface Standing {
  readonly order: string;
  readonly payments: readonly string[];
}

/** A shop on the air, with everything that payments need. */
export interface Shop {
  readonly deps: PaymentsDeps;
  readonly clock: ForwardClock;
  readonly orders: Orders;
  readonly points: Points;
  readonly payments: Payments;
  /** Payments in another process, on the same database. */
  readonly otherPayments: Payments;
  /** Payments that soon give up on a provider, for silence, which has to be waited for. */
  readonly hastyPayments: Payments;
  /** The same in one more process. */
  newHastyPayments(): Payments;
  newBuyer(points?: number): Promise<UserActor>;
  order(options?: {
    readonly buyer?: UserActor;
    readonly points?: number;
    readonly quantity?: number;
  }): Promise<PlacedOrder>;
  /** The request that pays an order by points, or by the card of a payment key. */
  request(order: PlacedOrder, options?: PayOptions): PayOrderInput;
  standing(orderId: string): Promise<Standing>;
  /** States that a payment went through. */
  lifeOf(payment: PaymentRow): Promise<string[]>;
  stockOf(): Promise<{ available: number; held: number; sold: number }>;
  /** What the books of all domains say is wrong. */
  verify(): Promise<string[]>;
}

/** Opens the shop. Cards are asked for at the stand-in, for `timeoutMs` at most. */
export async function openShop(db: Database, toss: TossFixture, timeoutMs = 20_000): Promise<Shop> {
  const config = loadConfig({
    ONAIR_ENV: 'test',
    DATA_DIR: makeTempDir('shop'),
    ARGON2_MEMORY_KIB: '1024',
    TOSS_BASE_URL: toss.address,
    TOSS_SECRET_KEY: tossSecret,
    TOSS_TIMEOUT_MS: String(timeoutMs),
  });
  const clock = forwardClock();
  const domains = createDomains(config, db, clock);
  const { orders, points, users } = domains;
  const seller = await newUser(users, ['seller']);
  const { broadcastId, skuId } = await goLive(domains, seller);
  const payments = createPayments(domains.deps, orders, points);
  const hasty = { ...domains.deps, config: { ...config, TOSS_TIMEOUT_MS: 600 } };
  const newHastyPayments = () => createPayments(hasty, orders, points);
  const deps = { ...domains.deps, orders, providers: createProviders(domains.deps, points) };

  async function newBuyer(amount = 0): Promise<UserActor> {
    const buyer = await newUser(users, []);
    const reason = 'test';
    const charge = { requestId: newId('req'), userId: buyer.userId, reason, expiresAt: undefined };
    if (amount > 0) await points.charge('system', { ...charge, amount: toPoints(amount) });
    return buyer;
  }

  return {
    deps,
    clock,
    orders,
    points,
    payments,
    otherPayments: createPayments(domains.deps, orders, points),
    hastyPayments: newHastyPayments(),
    newHastyPayments,
    newBuyer,
    async order(options = {}) {
      const buyer = options.buyer ?? (await newBuyer(options.points));
      const line = { skuId, dealId: '', quantity: options.quantity ?? 1, expectedUnitPrice: 0 };
      const { id, amount } = await orders.placeOrder({
        requestId: newId('req'),
        userId: buyer.userId,
        broadcastId,
        lines: [line],
      });
      return { id, buyer, amount: toWon(amount) };
    },
    request: ({ id, buyer, amount }, options = {}) => ({
      requestId: options.requestId ?? newId('req'),
      userId: buyer.userId,
      orderId: id,
      method: options.method ?? (options.paymentKey === undefined ? 'points' : 'card'),
      amount: toWon(options.amount ?? amount),
      providerKey: options.paymentKey ?? null,
    }),
    async standing(orderId) {
      const order = (await orders.readOrder(orderId))?.status ?? 'none';
      const found = await payments.listPayments(orderId);
      return { order, payments: found.map(({ status }) => status) };
    },
    lifeOf: async ({ id }) => (await payments.readHistory(id)).map(({ toStatus }) => toStatus),
    async stockOf() {
      const row = await db.primary.row<{ available: number; held: number; sold: number }>(
        'SELECT available, held, sold FROM stock WHERE skuId = ?',
        [skuId],
      );
      return row ?? { available: 0, held: 0, sold: 0 };
    },
    verify: async () => [
      ...(await verifyPayments(db.primary)),
      ...(await verifyOrders(db.primary)),
      ...(await verifyStock(db.primary)),
      ...(await verifyLedger(db.primary)),
    ],
  };
}

interface Domains {
  readonly deps: DomainDeps;
  readonly users: Users;
  readonly catalog: Catalog;
  readonly broadcasts: Broadcasts;
  readonly orders: Orders;
  readonly points: Points;
}

function createDomains(config: Config, db: Database, clock: Clock): Domains {
  const deps = {
    config,
    db,
    clock,
    log: silentLogger(),
    vault: testVault,
    pulse: createLocalPulse(),
  };
  const { users } = createAccounts(deps);
  const catalog = createCatalog(deps);
  const broadcasts = createBroadcasts(deps, catalog, users);
  const orders = createOrders(deps, catalog, broadcasts);
  return { deps, users, catalog, broadcasts, orders, points: createPoints(deps, users) };
}

async function newUser(users: Users, roles: readonly 'seller'[]): Promise<UserActor> {
  const { user } = await users.ensureUser({
    email: `${newId('usr').toLowerCase()}@example.com`,
    password: 'not secret at all',
    name: 'someone',
    roles,
    reason: 'test',
  });
  return { kind: 'user', userId: user.id, sessionId: 'test', name: user.name, roles: user.roles };
}

async function goLive(
  { catalog, broadcasts }: Domains,
  seller: UserActor,
): Promise<{ broadcastId: string; skuId: string }> {
  const productId = await catalog.createProduct(seller, {
    requestId: newId('req'),
    name: '머그컵',
    description: '',
    skus: [{ name: '', price: toWon(unitPrice), initialStock: 100_000 }],
  });
  const broadcastId = await broadcasts.createBroadcast(seller, {
    requestId: newId('req'),
    title: '방송',
    description: '',
    scheduledAt: undefined,
  });
  const attach = { requestId: newId('req'), broadcastId, productIds: [productId] };
  await broadcasts.setBroadcastProducts(seller, attach);
  await broadcasts.startBroadcast(seller, { requestId: newId('req'), broadcastId });
  const [product] = await catalog.readProducts([productId]);
  const skuId = product?.skus[0]?.id;
  if (skuId === undefined) throw new Error('the product has no SKU');
  return { broadcastId, skuId };
}

function forwardClock(): ForwardClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(ms) {
      ahead += ms;
    },
  };
}
