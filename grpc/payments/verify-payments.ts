import type { Reader } from '../db/index.ts';

/**
 * Answers a sentence for each order that was paid more than once, and for each payment whose state
 * is not the one that its history ends with.
 */
export async function verifyPayments(read: Reader): Promise<string[]> {
  const twice = await read.rows<{ orderId: string; payments: number }>(
    `SELECT orderId, COUNT(*) AS payments FROM payments WHERE capturedAt IS NOT NULL
     GROUP BY orderId HAVING COUNT(*) > 1`,
  );
  const astray = await read.rows<{ id: string; status: string; toStatus: string | null }>(
    `SELECT p.id AS id, p.status AS status, h.toStatus AS toStatus
     FROM payments p LEFT JOIN payment_history h ON h.paymentId = p.id AND h.version = p.version
     WHERE h.toStatus IS NULL OR h.toStatus <> p.status`,
  );
  return [
    ...twice.map(({ orderId, payments }) => `${orderId}: paid ${payments} times`),
    ...astray.map(({ id, status, toStatus }) => `${id}: is ${status}, history says ${toStatus}`),
  ];
}
