import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { createMarket, type Goods, type Market, orderOf } from '../../test/kit/market.ts';
import type { Database } from '../db/index.ts';
import { verifyOrders } from './index.ts';
import type { OrderWithLines } from './store.ts';

/** What a row of the table below is about. */
interface Books {
  readonly order: OrderWithLines;
  readonly goods: Goods;
  readonly dealId: string;
  /** Of another buyer, of the same. */
  readonly other: OrderWithLines;
}

interface Tampering {
  readonly name: string;
  /** Two statements: what is done, and what puts it right again. */
  readonly statements: (books: Books) => readonly [string, string];
  readonly found: (books: Books) => readonly string[];
}

const stranger = newId('usr');

const tamperings: readonly Tampering[] = [
  {
    name: 'a unit held for no order',
    statements: ({ goods: { skuId } }) => [
      `UPDATE stock SET held = held + 1 WHERE skuId = '${skuId}'`,
      `UPDATE stock SET held = held - 1 WHERE skuId = '${skuId}'`,
    ],
    found: ({ goods }) => [`${goods.skuId}: 4 held, orders hold 3`],
  },
  {
    name: 'a unit sold to nobody',
    statements: ({ goods: { skuId } }) => [
      `UPDATE stock SET sold = sold + 1 WHERE skuId = '${skuId}'`,
      `UPDATE stock SET sold = sold - 1 WHERE skuId = '${skuId}'`,
    ],
    found: ({ goods }) => [`${goods.skuId}: 1 sold, orders bought 0`],
  },
  {
    name: 'a unit of a deal that came back by itself',
    statements: ({ dealId }) => [
      `UPDATE deals SET remaining = remaining + 1 WHERE id = '${dealId}'`,
      `UPDATE deals SET remaining = remaining - 1 WHERE id = '${dealId}'`,
    ],
    found: ({ dealId }) => [`${dealId}: 2 units taken, orders have 3`],
  },
  {
    name: 'units of a deal that went from one buyer to another',
    statements: ({ dealId, order }) => [
      `UPDATE deal_buyers SET userId = '${stranger}' WHERE dealId = '${dealId}' AND userId = '${order.userId}'`,
      `UPDATE deal_buyers SET userId = '${order.userId}' WHERE dealId = '${dealId}' AND userId = '${stranger}'`,
    ],
    found: ({ dealId, order }) => [
      `${dealId}: ${order.userId} owns 0, orders have 2`,
      `${dealId}: ${stranger} owns 2, orders have 0`,
    ],
  },
  {
    name: 'a buyer who has more of a deal than one may',
    statements: ({ dealId }) => [
      `UPDATE deals SET limitPerBuyer = 1 WHERE id = '${dealId}'`,
      `UPDATE deals SET limitPerBuyer = 10 WHERE id = '${dealId}'`,
    ],
    found: ({ dealId, order }) => [`${dealId}: ${order.userId} owns 2, 1 are allowed`],
  },
  {
    name: 'stock that moved for one order instead of another',
    statements: ({ order, other }) => [
      `UPDATE stock_movements SET orderId = '${order.id}' WHERE orderId = '${other.id}'`,
      `UPDATE stock_movements SET orderId = '${other.id}' WHERE orderId = '${order.id}' AND quantity = 1`,
    ],
    found: ({ order, other, goods: { skuId } }) => [
      `${order.id}: of ${skuId} 2 ordered, 2 held, 0 sold; journal says 3, 3, 0`,
      `${other.id}: of ${skuId} 1 ordered, 1 held, 0 sold; journal says 0, 0, 0`,
    ],
  },
  {
    name: 'stock that was sold for an order that is not paid',
    statements: ({ order: { id } }) => [
      `UPDATE stock_movements SET kind = 'sell' WHERE orderId = '${id}'`,
      `UPDATE stock_movements SET kind = 'hold' WHERE orderId = '${id}'`,
    ],
    found: ({ order, goods: { skuId } }) => [
      `${order.id}: of ${skuId} 2 ordered, 2 held, 0 sold; journal says 0, -2, 2`,
    ],
  },
  {
    name: 'an amount that is not the sum of the lines',
    statements: ({ order: { id } }) => [
      `UPDATE orders SET amount = amount - 1 WHERE id = '${id}'`,
      `UPDATE orders SET amount = amount + 1 WHERE id = '${id}'`,
    ],
    found: ({ order }) => [`${order.id}: amount is 1399, lines make 1400`],
  },
  {
    name: 'an order that changed its state without history',
    statements: ({ order: { id } }) => [
      `UPDATE orders SET status = 'payment_processing' WHERE id = '${id}'`,
      `UPDATE orders SET status = 'awaiting_payment' WHERE id = '${id}'`,
    ],
    found: ({ order }) => [
      `${order.id}: is payment_processing at version 1, which its history of 1 steps does not lead to`,
    ],
  },
  {
    name: 'history that was cut off',
    statements: ({ order: { id } }) => [
      `UPDATE order_history SET orderId = '${stranger}' WHERE orderId = '${id}'`,
      `UPDATE order_history SET orderId = '${id}' WHERE orderId = '${stranger}'`,
    ],
    found: ({ order }) => [
      `${order.id}: is awaiting_payment at version 1, which its history of 0 steps does not lead to`,
    ],
  },
  {
    name: 'a step of history that starts elsewhere',
    statements: ({ order: { id } }) => [
      `UPDATE order_history SET fromStatus = 'paid' WHERE orderId = '${id}'`,
      `UPDATE order_history SET fromStatus = NULL WHERE orderId = '${id}'`,
    ],
    found: ({ order }) => [`${order.id}: step 1 of its history does not start where it should`],
  },
];

describeOnBothDatabases('verifyOrders', (open) => {
  let db: Database;
  let market: Market;
  let books: Books;

  beforeAll(async () => {
    db = await open();
    market = createMarket(db);
    const goods = await market.stockGoods(10);
    const broadcastId = await market.goLive([goods]);
    const dealId = await market.openDeal(broadcastId, goods);
    const place = (quantity: number) =>
      market.orders.placeOrder(orderOf(broadcastId, [{ ...goods, dealId, quantity }]));
    books = { goods, dealId, order: await place(2), other: await place(1) };
  });

  const run = (sql: string) => db.transaction((tx) => tx.execute(sql));

  it.each(tamperings)('finds $name', async ({ statements, found }) => {
    const [tamper, restore] = statements(books);
    expect(await verifyOrders(db.primary)).toEqual([]);
    await run(tamper);
    expect((await verifyOrders(db.primary)).toSorted()).toEqual([...found(books)].toSorted());
    await run(restore);
    expect(await verifyOrders(db.primary)).toEqual([]);
  });
});
