import { describeOnMariaDb } from '../../test/kit/databases.ts';
import { innodbStatus } from '../../test/kit/innodb-status.ts';
import {
  createMarket,
  type Goods,
  type Market,
  type OrderInput,
  orderOf,
  unused,
} from '../../test/kit/market.ts';
import { until } from '../../test/kit/until.ts';
import type { Database, Tx } from '../db/index.ts';

/**
 * Resolves when so many transactions wait for locks. Asked more often than every 100 ms, InnoDB
 * repeats what it said before.
 */
async function lockWaits(db: Database, count: number): Promise<void> {
  const sql = `SELECT COUNT(*) AS waiting FROM information_schema.innodb_trx
    WHERE trx_state = 'LOCK WAIT'`;
  const waits = async () => {
    const row = await db.primary.row<{ waiting: number }>(sql);
    return Number(row?.waiting) === count;
  };
  await until(`${count} transactions wait`, waits, { everyMs: 150 });
}

describeOnMariaDb('an order under way', (open) => {
  let db: Database;
  let market: Market;
  let goods: Goods;
  let broadcastId: string;

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
  });

  beforeEach(async () => {
    goods = await market.stockGoods(10);
    broadcastId = await market.goLive([goods]);
  });

  /** Answers the order in which order and change were done, when the order waited for a row. */
  async function race(
    holdRow: (tx: Tx) => Promise<unknown>,
    order: OrderInput,
    change: () => Promise<unknown>,
  ): Promise<string[]> {
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holder = db.transaction(async (tx) => {
      await holdRow(tx);
      held.resolve();
      await release.promise;
    });
    await Promise.race([held.promise, holder]);
    const done: string[] = [];
    const underWay: Promise<unknown>[] = [
      holder,
      market.orders.placeOrder(order).then(() => done.push('order')),
    ];
    try {
      await lockWaits(db, 1);
      underWay.push(change().then(() => done.push('change')));
      await lockWaits(db, 2);
    } finally {
      release.resolve();
    }
    await Promise.all(underWay);
    expect(await market.problems()).toEqual([]);
    return done;
  }

  it('is not overtaken by the end of its broadcast', async () => {
    const ending = { requestId: unused('end'), broadcastId };
    const done = await race(
      (tx) => market.catalog.openStockBookIn(tx, [goods.skuId]),
      orderOf(broadcastId, [goods]),
      () => market.broadcasts.endBroadcast(market.seller, ending),
    );
    expect(done).toEqual(['order', 'change']);
  });

  it('is placed though others keep the stock of one in its batch, which hears when to come back', async () => {
    const shelf = await Promise.all(Array.from({ length: 7 }, () => market.stockGoods(10)));
    const kept = await market.stockGoods(10);
    const live = await market.goLive([...shelf, kept]);
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holder = db.transaction(async (tx) => {
      await market.catalog.openStockBookIn(tx, [kept.skuId]);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const waitsBefore = await innodbStatus(db, 'Innodb_row_lock_waits');
    const batch = [...shelf, ...shelf, kept, ...shelf, ...shelf];
    const placed = await Promise.allSettled(
      batch.map((one) => market.orders.placeOrder(orderOf(live, [one]))),
    );
    const waits = (await innodbStatus(db, 'Innodb_row_lock_waits')) - waitsBefore;
    release.resolve();
    await holder;
    expect(placed.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([
      expect.objectContaining({
        code: 'UNAVAILABLE',
        details: { retryAfterMs: expect.any(String) },
      }),
    ]);
    for (const one of shelf) expect(await market.stockOf(one)).toMatchObject({ held: 4 });
    expect(await market.stockOf(kept)).toMatchObject({ held: 0 });
    // One by the batch, and one in the last try of the order that it was left with.
    expect(waits).toBe(2);
    expect(await market.problems()).toEqual([]);
  });

  it('is not overtaken by a stop of its product', async () => {
    const dealId = await market.openDeal(broadcastId, goods);
    const stop = { requestId: unused('stop'), productId: goods.productId, version: 1 };
    const done = await race(
      (tx) => market.broadcasts.openDealBookIn(tx, [dealId], []),
      orderOf(broadcastId, [{ ...goods, dealId }]),
      () => market.catalog.updateProduct(market.seller, { ...stop, status: 'stopped' }),
    );
    expect(done).toEqual(['order', 'change']);
  });
});
