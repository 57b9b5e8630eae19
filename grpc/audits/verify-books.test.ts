import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { createMarket, orderOf } from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import { verifyBooks } from './verify-books.ts';

describeOnBothDatabases('verifyBooks', (open) => {
  let db: Database;
  let orderId: string;

  beforeAll(async () => {
    db = await open();
    const market = createMarket(db);
    const goods = await market.stockGoods(10);
    const broadcastId = await market.goLive([goods]);
    const order = await market.orders.placeOrder(orderOf(broadcastId, [goods]));
    orderId = order.id;
  });

  beforeEach(async () => {
    expect(await verifyBooks(db.primary)).toEqual({ differences: [], pointsTotal: 0 });
  });

  const run = (sql: string) => db.transaction((tx) => tx.execute(sql));
  const differences = async () => (await verifyBooks(db.primary)).differences;

  it('finds a paid order that no payment paid', async () => {
    await run(`UPDATE orders SET status = 'paid' WHERE id = '${orderId}'`);
    const found = await differences();
    await run(`UPDATE orders SET status = 'awaiting_payment' WHERE id = '${orderId}'`);
    expect(found).toContain(`${orderId}: is paid and costs 1000, payments hold 0`);
  });

  it('finds money of an order that is not paid', async () => {
    await db.transaction((tx) =>
      tx.insert('payments', [
        {
          ...{ id: 'stray', orderId, userId: 'someone', method: 'points', amount: 1_000 },
          ...{ status: 'captured', providerKey: null, reference: null, failureCode: null },
          ...{ failureMessage: null, refusedRefunds: 0, createdAt: 0, capturedAt: 0, version: 1 },
        },
      ]),
    );
    const found = await differences();
    await run(`DELETE FROM payments WHERE id = 'stray'`);
    expect(found).toContain(`${orderId}: is awaiting_payment and costs 1000, payments hold 1000`);
  });

  it('finds points that came from nowhere', async () => {
    const account = { id: 'stray', posted: 5, pendingOut: 0 };
    await db.transaction((tx) => tx.insert('point_accounts', [account]));
    const { pointsTotal } = await verifyBooks(db.primary);
    await run(`DELETE FROM point_accounts WHERE id = 'stray'`);
    expect(pointsTotal).toBe(5);
  });
});
