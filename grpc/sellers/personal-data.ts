import type { DomainDeps } from '../domain-deps.ts';
import { isoTime, type PersonalData } from '../personal-data.ts';
import { openDetails, sealDetails } from './details.ts';
import { findApplication } from './store.ts';

const noDetails = { representative: '', openedOn: '', address: '', phone: '', email: '' };

/** What is held of sellers: their business, which they may not take up again when they left. */
export function createSellersPersonalData({ vault }: Pick<DomainDeps, 'vault'>): PersonalData {
  return {
    async eraseIn(tx, { userId, now }) {
      await tx.execute('DELETE FROM seller_profiles WHERE sellerId = ?', [userId]);
      const row = await findApplication(tx, { userId }, tx.dialect.forUpdate);
      if (row === undefined) return;
      // The files themselves go with all files of the account.
      await tx.execute('DELETE FROM seller_documents WHERE applicationId = ?', [row.id]);
      const version = row.version + 1;
      await tx.execute(
        `UPDATE seller_applications SET status = 'rejected', businessNumber = '',
         claimedNumber = NULL, businessName = '', mailOrderNumber = '', sealedDetails = ?,
         suspendedUntil = NULL, changedAt = ?, version = ? WHERE id = ?`,
        [sealDetails(vault, row.id, noDetails), now, version, row.id],
      );
      await tx.insert('seller_application_history', [
        {
          ...{ applicationId: row.id, version, fromStatus: row.status, toStatus: 'rejected' },
          ...{ actor: userId, reason: 'the account was deleted', at: now },
        },
      ]);
    },
    sections: {
      async sellerApplication(read, { userId }) {
        const row = await findApplication(read, { userId });
        if (row === undefined) return { items: [], next: '' };
        const [details] = await openDetails(vault, [row]);
        const { status, businessNumber, businessName, mailOrderNumber } = row;
        const business = { status, businessNumber, businessName, mailOrderNumber, ...details };
        return { items: [{ ...business, submittedAt: isoTime(row.submittedAt) }], next: '' };
      },
    },
  };
}
