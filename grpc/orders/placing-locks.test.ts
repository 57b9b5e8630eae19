import { describeOnMariaDb } from '../../test/kit/databases.ts';
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
