import type { EpochMs } from '../../common/clock.ts';
import { placeholders, type Reader, type Tx } from '../db/index.ts';
import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { OrderRow } from './entities.ts';
import type { OrderStatus } from './order-state.ts';
import { listOrders } from './store.ts';

/** States from which an order still goes somewhere by itself, or by its payment. */
const unfinished: readonly OrderStatus[] = ['awaiting_payment', 'payment_processing', 'refunding'];

/**
 * Years for which records of contracts and their payment are kept (Enforcement Decree of the Act on
 * Consumer Protection in Electronic Commerce, article 6).
 */
const contractYears = 5;

/**
 * What orders hold of people: contracts, which stay, with who bought and who sold known for as long
 * as law wants it; and words about them, which go in the end.
 */
export function createOrdersPersonalData(broadcasts: {
  idsOfSeller(read: Reader, sellerId: string): Promise<string[]>;
}): PersonalData {
  return {
    async openMattersIn(tx, userId) {
      const bought = await tx.rows<Pick<OrderRow, 'id'>>(
        `SELECT id FROM orders WHERE userId = ? AND status IN (${placeholders(unfinished)})
         ORDER BY id${tx.dialect.forUpdate}`,
        [userId, ...unfinished],
      );
      return { orders: bought.length, sales: await countSales(tx, broadcasts, userId) };
    },
    async retainUntilIn(tx, userId) {
      const bought = await tx.row<{ paidAt: EpochMs | null }>(
        'SELECT MAX(paidAt) AS paidAt FROM orders WHERE userId = ?',
        [userId],
      );
      const ids = await broadcasts.idsOfSeller(tx, userId);
      const sold =
        ids.length === 0
          ? undefined
          : await tx.row<{ paidAt: EpochMs | null }>(
              `SELECT MAX(paidAt) AS paidAt FROM orders WHERE broadcastId IN (${placeholders(ids)})`,
              ids,
            );
      const last = Math.max(bought?.paidAt ?? 0, sold?.paidAt ?? 0);
      return last === 0 ? undefined : yearsLater(last, contractYears);
    },
    async eraseRetainedIn(tx, userId) {
      await tx.execute(
        `UPDATE order_history SET reason = NULL
         WHERE orderId IN (SELECT id FROM orders WHERE userId = ?)`,
        [userId],
      );
    },
    sections: {
      async orders(read, { userId, after, limit }) {
        const filter = { userId, status: undefined, afterId: after || undefined, limit };
        return sectionPage(await listOrders(read, filter), limit, (order) => ({
          id: order.id,
          number: order.number,
          status: order.status,
          amount: order.amount,
          createdAt: isoTime(order.createdAt),
          paidAt: isoTime(order.paidAt),
          lines: order.lines.map(({ name, unitPrice, quantity }) => {
            return { name, unitPrice, quantity };
          }),
        }));
      },
    },
  };
}

/** Orders of a seller's goods whose money or stock is still on the move. */
async function countSales(
  tx: Tx,
  broadcasts: { idsOfSeller(read: Reader, sellerId: string): Promise<string[]> },
  sellerId: string,
): Promise<number> {
  const broadcastIds = await broadcasts.idsOfSeller(tx, sellerId);
  if (broadcastIds.length === 0) return 0;
  const row = await tx.row<{ sales: number }>(
    `SELECT COUNT(*) AS sales FROM orders
     WHERE broadcastId IN (${placeholders(broadcastIds)})
     AND status IN (${placeholders(unfinished)})`,
    [...broadcastIds, ...unfinished],
  );
  return Number(row?.sales ?? 0);
}

/** The same day so many years later. */
function yearsLater(time: EpochMs, years: number): EpochMs {
  const date = new Date(time);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}
