import type { Reader } from '../db/index.ts';

/**
 * Answers a sentence for each SKU whose held or sold units differ from what its orders say, for
 * each deal whose units do, and for each order whose lines don't add up to its amount.
 */
export async function verifyOrders(read: Reader): Promise<string[]> {
  return [
    ...(await verifyHeldAndSold(read)),
    ...(await verifyDeals(read)),
    ...(await verifyAmounts(read)),
  ];
}

async function verifyHeldAndSold(read: Reader): Promise<string[]> {
  const rows = await read.rows<{
    skuId: string;
    held: number;
    sold: number;
    orderHeld: number;
    orderSold: number;
  }>(
    `SELECT s.skuId AS skuId, s.held AS held, s.sold AS sold,
       COALESCE(SUM(CASE WHEN o.status IN ('awaiting_payment','payment_processing')
         THEN l.quantity ELSE 0 END), 0) AS orderHeld,
       COALESCE(SUM(CASE WHEN o.status IN ('paid','refunding') THEN l.quantity ELSE 0 END), 0)
         AS orderSold
     FROM stock s LEFT JOIN order_lines l ON l.skuId = s.skuId LEFT JOIN orders o ON o.id = l.orderId
     GROUP BY s.skuId, s.held, s.sold`,
  );
  return rows.flatMap(({ skuId, held, sold, orderHeld, orderSold }) => [
    ...(held === Number(orderHeld) ? [] : [`${skuId}: ${held} held, orders hold ${orderHeld}`]),
    ...(sold === Number(orderSold) ? [] : [`${skuId}: ${sold} sold, orders bought ${orderSold}`]),
  ]);
}

async function verifyDeals(read: Reader): Promise<string[]> {
  const rows = await read.rows<{
    id: string;
    units: number;
    remaining: number;
    taken: number;
    owned: number;
  }>(
    `SELECT d.id AS id, d.units AS units, d.remaining AS remaining,
       (SELECT COALESCE(SUM(l.quantity), 0) FROM order_lines l JOIN orders o ON o.id = l.orderId
        WHERE l.dealId = d.id AND o.status NOT IN ('cancelled','expired','refunded')) AS taken,
       (SELECT COALESCE(SUM(b.quantity), 0) FROM deal_buyers b WHERE b.dealId = d.id) AS owned
     FROM deals d`,
  );
  return rows.flatMap(({ id, units, remaining, taken, owned }) => [
    ...(units - remaining === Number(taken)
      ? []
      : [`${id}: ${units - remaining} units taken, orders have ${taken}`]),
    ...(Number(owned) === Number(taken)
      ? []
      : [`${id}: buyers own ${owned}, orders have ${taken}`]),
  ]);
}

async function verifyAmounts(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ id: string; amount: number; total: number }>(
    `SELECT o.id AS id, o.amount AS amount, COALESCE(SUM(l.unitPrice * l.quantity), 0) AS total
     FROM orders o LEFT JOIN order_lines l ON l.orderId = o.id GROUP BY o.id, o.amount
     HAVING COALESCE(SUM(l.unitPrice * l.quantity), 0) <> o.amount`,
  );
  return rows.map(({ id, amount, total }) => `${id}: amount is ${amount}, lines make ${total}`);
}
