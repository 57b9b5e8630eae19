import type { Actor, UserActor } from '../../common/auth/index.ts';
import { loadConfig } from '../../common/config.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { PaymentMethod } from '../../proto/gen/onair/payments/v1/payments.ts';
import { SalesGrouping, type SalesReport } from '../../proto/gen/onair/sellers/v1/sellers.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import { codeOf, person, unused } from '../../test/kit/market.ts';
import { type ServedRpc, serveRpc } from '../../test/kit/serve-rpc.ts';
import { makeTempDir } from '../../test/kit/temp-dir.ts';
import { testVault } from '../../test/kit/vault.ts';
import { type Context, createContext } from '../context.ts';
import type { Database } from '../db/index.ts';
import { addServices } from '../index.ts';

type Fate = 'paid' | 'refunding' | 'refunded' | 'unpaid' | 'cancelled';
const fates: readonly Fate[] = [
  'paid',
  'paid',
  'refunded',
  'paid',
  'unpaid',
  'refunding',
  'cancelled',
];

/** What the test itself remembers of an order. */
interface Sold {
  readonly day: string;
  readonly broadcastId: string;
  readonly buyerId: string;
  readonly fate: Fate;
  readonly lines: readonly { productId: string; quantity: number; price: number }[];
}

const hourMs = 3_600_000;
const prices = [1_000, 2_500, 30_000] as const;

describeOnBothDatabases('sales of a seller', (open) => {
  let db: Database;
  let clock: HeldClock;
  let context: Context;
  let served: ServedRpc;
  let seller: UserActor;
  let other: UserActor;
  const sold: Sold[] = [];
  const admin = person('viewer', 'admin');
  const day = () => new Date(clock.now() + 9 * hourMs).toISOString().slice(0, 10);

  beforeAll(async () => {
    db = await open();
    clock = holdClock();
    const config = loadConfig({
      ONAIR_ENV: 'test',
      DATA_DIR: makeTempDir('sales'),
      ARGON2_MEMORY_KIB: '1024',
    });
    const deps = { config, db, clock, log: silentLogger(), pulse: createLocalPulse() };
    context = createContext({ ...deps, vault: testVault });
    served = await serveRpc((server) => addServices(server, context));
    [seller, other] = [await newPerson('seller'), await newPerson('seller')];
    await sellForThreeDays();
  });
  afterAll(async () => {
    await served.stop();
    await context.drain();
    context.close();
  });

  async function newPerson(...roles: 'seller'[]): Promise<UserActor> {
    const { user } = await context.users.ensureUser({
      email: `${unused('sales')}@example.com`,
      password: 'not secret at all',
      name: '홍길동',
      roles,
      reason: 'test',
    });
    return { ...person('viewer', ...roles), userId: user.id };
  }

  /** A broadcast on air with a product of each price. */
  async function openShop(owner: UserActor) {
    const { catalog, broadcasts } = served.as(owner);
    const goods = await Promise.all(
      prices.map(async (price) => {
        const skus = [{ name: '', price, initialStock: 10_000 }];
        const name = `상품 ${price}`;
        const product = await catalog.createProduct({ requestId: unused('p'), name, skus });
        return { productId: product.id, skuId: product.skus[0]?.id ?? '', price };
      }),
    );
    const { id: broadcastId } = await broadcasts.createBroadcast({
      ...{ requestId: unused('b'), title: '방송' },
    });
    const productIds = goods.map((each) => each.productId);
    await broadcasts.setBroadcastProducts({ requestId: unused('s'), broadcastId, productIds });
    await broadcasts.startBroadcast({ requestId: unused('g'), broadcastId });
    return { broadcastId, goods };
  }
  type Shop = Awaited<ReturnType<typeof openShop>>;

  async function sell(shop: Shop, buyer: UserActor, i: number): Promise<Sold> {
    const { orders, payments } = served.as(buyer);
    const fate = fates[i % fates.length] ?? 'paid';
    const chosen = shop.goods.filter((_, g) => (i + g) % 3 !== 0);
    const lines = chosen.map((good, g) => ({ ...good, quantity: 1 + ((i + g) % 4) }));
    const { outcomes } = await orders.placeOrders({
      orders: [
        {
          ...{ requestId: unused('o'), userId: buyer.userId, broadcastId: shop.broadcastId },
          lines: lines.map(({ skuId, quantity }) => {
            return { skuId, quantity, dealId: '', expectedUnitPrice: 0 };
          }),
        },
      ],
    });
    const result = outcomes[0]?.result;
    if (result?.$case !== 'order') throw new Error(`not ordered: ${JSON.stringify(result)}`);
    const { id: orderId, amount } = result.value;
    if (fate !== 'unpaid' && fate !== 'cancelled') {
      await payments.payOrder({
        ...{ requestId: unused('y'), orderId, amount },
        method: PaymentMethod.POINTS,
      });
    }
    const record = {
      day: day(),
      broadcastId: shop.broadcastId,
      buyerId: buyer.userId,
      fate,
      lines,
    };
    if (fate !== 'unpaid' && fate !== 'paid') {
      await orders.cancelOrder({ requestId: unused('c'), orderId });
    }
    if (fate === 'refunded') {
      const { payments: ours } = served.as({ kind: 'service', name: 'workers' });
      expect(await ours.refundPayments({ orderIds: [orderId] })).toEqual({ pendingOrderIds: [] });
    }
    return record;
  }

  /** Orders around midnight in Korea, which is 15:00 UTC. */
  async function sellForThreeDays(): Promise<void> {
    const shops = [await openShop(seller), await openShop(seller)];
    const foreign = await openShop(other);
    const buyers = await Promise.all(Array.from({ length: 4 }, () => newPerson()));
    for (const { userId } of buyers) {
      const charge = { requestId: unused('charge'), userId, amount: 10_000_000, reason: '-' };
      await served.as(admin).points.charge(charge);
    }
    clock.advance(15 * hourMs - 1);
    for (let i = 0; i < 42; i += 1) {
      // The last millisecond of the first day, the first of the second, then on the fourth.
      if (i === 14) clock.advance(1);
      if (i === 28) clock.advance(2 * 24 * hourMs + 7 * hourMs);
      const [shop, buyer] = [shops[i % 2], buyers[i % buyers.length]];
      if (shop === undefined || buyer === undefined) throw new Error('nobody there');
      sold.push(await sell(shop, buyer, i));
      if (i % 7 === 0) await sell(foreign, buyer, i);
    }
  }

  /** The same sums, made of what the test remembers. */
  function sumOf(from: string, to: string, part: (one: Sold) => Sold | undefined = (one) => one) {
    const paid = sold
      .filter((one) => one.day >= from && one.day <= to)
      .filter(({ fate }) => fate !== 'unpaid' && fate !== 'cancelled')
      .flatMap((one) => part(one) ?? [])
      .filter(({ lines }) => lines.length > 0);
    const back = paid.filter(({ fate }) => fate !== 'paid');
    const won = (list: readonly Sold[]) =>
      list.flatMap(({ lines }) => lines).reduce((sum, l) => sum + l.price * l.quantity, 0);
    const units = (list: readonly Sold[]) =>
      list.flatMap(({ lines }) => lines).reduce((sum, l) => sum + l.quantity, 0);
    return {
      gross: won(paid),
      refunded: won(back),
      net: won(paid) - won(back),
      orders: paid.length,
      refundedOrders: back.length,
      units: units(paid),
      refundedUnits: units(back),
      buyers: new Set(paid.map(({ buyerId }) => buyerId)).size,
    };
  }

  const period = { from: '2026-01-01', to: '2026-01-04' };
  const report = (
    by: SalesGrouping,
    more: Partial<typeof period> = {},
    actor: Actor = seller,
  ): Promise<SalesReport> =>
    served.as(actor).sellers.getSales({ sellerId: seller.userId, ...period, ...more, by });

  it('are exact by day, a day being one in Korea, and days without sales are there', async () => {
    const { total, items } = await report(SalesGrouping.DAY);
    expect(total).toEqual(sumOf(period.from, period.to));
    expect(total?.gross).toBeGreaterThan(total?.net ?? 0);
    expect(total?.buyers).toBe(4);
    const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'];
    expect(items).toEqual(days.map((key) => ({ key, name: '', sales: sumOf(key, key) })));
    expect(items.map(({ sales }) => sales?.orders !== 0)).toEqual([true, true, false, true]);
  });

  it.each([
    ['2026-01-01', '2026-01-01'],
    ['2026-01-02', '2026-01-03'],
    ['2026-01-04', '2026-01-04'],
    ['2025-01-05', '2026-01-05'],
    ['2025-06-01', '2025-06-30'],
  ])('from %s to %s are those of these days alone', async (from, to) => {
    const { total } = await report(SalesGrouping.DAY, { from, to });
    expect(total).toEqual(sumOf(from, to));
  });

  it('are exact by product, the one that brought most first', async () => {
    const { total, items } = await report(SalesGrouping.PRODUCT);
    expect(total).toEqual(sumOf(period.from, period.to));
    const products = new Set(sold.flatMap(({ lines }) => lines.map((line) => line.productId)));
    expect(new Set(items.map(({ key }) => key))).toEqual(products);
    for (const { key, name, sales } of items) {
      const ofIt = (one: Sold) => {
        return { ...one, lines: one.lines.filter(({ productId }) => productId === key) };
      };
      expect(sales).toEqual(sumOf(period.from, period.to, ofIt));
      expect(name).toMatch(/^상품 /);
    }
    const gross = items.map(({ sales }) => sales?.gross ?? 0);
    expect(gross).toEqual(gross.toSorted((a, b) => b - a));
  });

  it('are exact by broadcast', async () => {
    const { items } = await report(SalesGrouping.BROADCAST);
    expect(items).toHaveLength(2);
    for (const { key, name, sales } of items) {
      const ofIt = (one: Sold) => (one.broadcastId === key ? one : undefined);
      expect(sales).toEqual(sumOf(period.from, period.to, ofIt));
      expect(name).toBe('방송');
    }
  });

  it('are the seller’s and admins’ to see, and nobody else’s', async () => {
    const by = SalesGrouping.DAY;
    expect(await report(by, {}, admin)).toEqual(await report(by));
    expect(await codeOf(report(by, {}, other))).toBe('PERMISSION_DENIED');
    expect(await codeOf(report(by, {}, person('viewer')))).toBe('PERMISSION_DENIED');
    expect(await codeOf(report(by, {}, { kind: 'anonymous' }))).toBe('UNAUTHENTICATED');
    const theirs = { ...period, sellerId: other.userId, by };
    const { total } = await served.as(other).sellers.getSales(theirs);
    expect(total?.orders).toBeGreaterThan(0);
    expect(total?.gross).not.toBe((await report(by)).total?.gross);
  });

  it.each([
    ['2026-01-02', '2026-01-01'],
    ['2025-01-01', '2026-01-02'],
    ['2026-02-30', '2026-03-01'],
    ['', '2026-01-01'],
  ])('from %s to %s are not asked for', async (from, to) => {
    expect(await codeOf(report(SalesGrouping.DAY, { from, to }))).toBe('INVALID_ARGUMENT');
  });

  it('are found by an index, of the seller’s own orders in the period alone', async () => {
    if (db.read.dialect.name !== 'mariadb') return;
    const plan = await db.read.rows<{ table: string; key: string; type: string }>(
      `EXPLAIN SELECT SUM(l.unitPrice * l.quantity) FROM orders o
       JOIN order_lines l ON l.orderId = o.id
       WHERE o.sellerId = ? AND o.paidAt >= ? AND o.paidAt < ?`,
      [seller.userId, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)],
    );
    expect(plan.map(({ table, key }) => [table, key])).toEqual([
      ['o', 'ix_orders_seller_paid'],
      ['l', 'PRIMARY'],
    ]);
  });
});
