import type { Reader } from '../db/index.ts';
import { verifyMovements } from './verify-movements.ts';

/**
 * Answers a sentence for each SKU whose held or sold units differ from what its orders say, for
 * each deal and each buyer of one whose units do, for each buyer beyond a deal's limit, for each
 * order whose lines don't add up to its amount, for each whose stock moved otherwise than its state
 * says, and for each whose history does not lead to where it stands.
 */
export async function verifyOrders(read: Reader): Promise<string[]> {
  return [
    ...(await verifyHeldAndSold(read)),
    ...(await verifyDeals(read)),
    ...(await verifyBuyers(read)),
    ...(await verifyLimits(read)),
    ...(await verifyAmounts(read)),
    ...(await verifyMovements(read)),
    ...(await verifyHistory(read)),
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

/** Orders whose units of deals went back. */
const ended = `('cancelled','expired','refunded')`;

async function verifyDeals(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ id: string; units: number; remaining: number; taken: number }>(
    `SELECT d.id AS id, d.units AS units, d.remaining AS remaining,
       COALESCE(SUM(CASE WHEN o.status NOT IN ${ended} THEN l.quantity ELSE 0 END), 0) AS taken
     FROM deals d LEFT JOIN order_lines l ON l.dealId = d.id LEFT JOIN orders o ON o.id = l.orderId
     GROUP BY d.id, d.units, d.remaining`,
  );
  return rows
    .filter(({ units, remaining, taken }) => units - remaining !== Number(taken))
    .map(({ id, units, remaining, taken }) => {
      return `${id}: ${units - remaining} units taken, orders have ${taken}`;
    });
}

async function verifyBuyers(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ dealId: string; userId: string; owned: number; taken: number }>(
    `SELECT dealId, userId, SUM(owned) AS owned, SUM(taken) AS taken FROM (
       SELECT dealId, userId, quantity AS owned, 0 AS taken FROM deal_buyers
       UNION ALL
       SELECT l.dealId, o.userId, 0, l.quantity FROM order_lines l JOIN orders o ON o.id = l.orderId
       WHERE l.dealId IS NOT NULL AND o.status NOT IN ${ended}
     ) units GROUP BY dealId, userId HAVING SUM(owned) <> SUM(taken)`,
  );
  return rows.map(
    ({ dealId, userId, owned, taken }) =>
      `${dealId}: ${userId} owns ${owned}, orders have ${taken}`,
  );
}

async function verifyLimits(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ id: string; userId: string; owned: number; allowed: number }>(
    `SELECT d.id AS id, b.userId AS userId, b.quantity AS owned, d.limitPerBuyer AS allowed
     FROM deal_buyers b JOIN deals d ON d.id = b.dealId WHERE b.quantity > d.limitPerBuyer`,
  );
  return rows.map(
    ({ id, userId, owned, allowed }) => `${id}: ${userId} owns ${owned}, ${allowed} are allowed`,
  );
}

async function verifyAmounts(read: Reader): Promise<string[]> {
  const rows = await read.rows<{ id: string; amount: number; total: number }>(
    `SELECT o.id AS id, o.amount AS amount, COALESCE(SUM(l.unitPrice * l.quantity), 0) AS total
     FROM orders o LEFT JOIN order_lines l ON l.orderId = o.id GROUP BY o.id, o.amount
     HAVING COALESCE(SUM(l.unitPrice * l.quantity), 0) <> o.amount`,
  );
  return rows.map(({ id, amount, total }) => `${id}: amount is ${amount}, lines make ${total}`);
}

async function verifyHistory(read: Reader): Promise<string[]> {
  const lost = await read.rows<{ id: string; status: string; version: number; steps: number }>(
    `SELECT o.id AS id, o.status AS status, o.version AS version, COUNT(h.version) AS steps
     FROM orders o LEFT JOIN order_history h ON h.orderId = o.id
     GROUP BY o.id, o.status, o.version
     HAVING COUNT(h.version) <> o.version
       OR SUM(CASE WHEN h.version = o.version AND h.toStatus = o.status THEN 1 ELSE 0 END) <> 1`,
  );
  const broken = await read.rows<{ id: string; version: number }>(
    `SELECT h.orderId AS id, h.version AS version FROM order_history h
     LEFT JOIN order_history p ON p.orderId = h.orderId AND p.version = h.version - 1
     WHERE COALESCE(h.fromStatus, '') <> COALESCE(p.toStatus, '')`,
  );
  return [
    ...lost.map(
      ({ id, status, version, steps }) =>
        `${id}: is ${status} at version ${version}, which its history of ${steps} steps does not lead to`,
    ),
    ...broken.map(
      ({ id, version }) => `${id}: step ${version} of its history does not start where it should`,
    ),
  ];
}
