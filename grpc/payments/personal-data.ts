import { placeholders } from '../db/index.ts';
import type { Orders } from '../orders/index.ts';
import { isoTime, type PersonalData } from '../personal-data.ts';
import type { PaymentRow } from './entities.ts';

/** Orders of which payments are found at once. */
const ordersPerStatement = 1_000;

/** What payments hold of people: by what means they paid, and what providers call that. */
export function createPaymentsPersonalData(orders: Pick<Orders, 'idsOfBuyer'>): PersonalData {
  return {
    /** What was paid stays for the books; how to find the person at a provider does not. */
    async eraseRetainedIn(tx, userId) {
      for (let after = ''; ; ) {
        const page = { userId, afterId: after || undefined, limit: ordersPerStatement };
        const ids = await orders.idsOfBuyer(tx, page);
        if (ids.length === 0) return;
        await tx.execute(
          `UPDATE payments SET providerKey = NULL, failureMessage = NULL
           WHERE orderId IN (${placeholders(ids)})`,
          ids,
        );
        after = ids.at(-1) ?? '';
      }
    },
    sections: {
      async payments(read, { userId, after, limit }) {
        const ids = await orders.idsOfBuyer(read, { userId, afterId: after || undefined, limit });
        if (ids.length === 0) return { items: [], next: '' };
        const rows = await read.rows<PaymentRow>(
          `SELECT * FROM payments WHERE orderId IN (${placeholders(ids)})
           ORDER BY orderId DESC, id`,
          ids,
        );
        const items = rows.map(
          ({ id, orderId, method, amount, status, createdAt, capturedAt }) => ({
            ...{ id, orderId, method, amount, status },
            createdAt: isoTime(createdAt),
            capturedAt: isoTime(capturedAt),
          }),
        );
        return { items, next: ids.length < limit ? '' : (ids.at(-1) ?? '') };
      },
    },
  };
}
