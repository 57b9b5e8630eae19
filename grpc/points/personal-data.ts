import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { PointAccountRow } from './entities.ts';
import { listTransfers } from './store.ts';

/** What the ledger holds of people: their balance, which lapses when they leave. */
export const pointsPersonalData: PersonalData = {
  async openMattersIn(tx, userId) {
    const account = await tx.row<PointAccountRow>(
      `SELECT * FROM point_accounts WHERE id = ?${tx.dialect.forUpdate}`,
      [userId],
    );
    return { heldPoints: account?.pendingOut ?? 0 };
  },
  /** The next expiry run takes them, as it takes all that lapsed; the account is held by then. */
  async eraseIn(tx, { userId, now }) {
    await tx.execute('UPDATE point_lots SET expiresAt = ? WHERE userId = ? AND live = 1', [
      now,
      userId,
    ]);
  },
  sections: {
    async pointTransfers(read, { userId, after, limit }) {
      const rows = await listTransfers(read, { userId, afterId: after || undefined, limit });
      return sectionPage(rows, limit, ({ id, kind, amount, reason, createdAt }) => {
        return { id, kind, amount, reason, createdAt: isoTime(createdAt) };
      });
    },
  },
};
