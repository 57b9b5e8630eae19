import { isoTime, type PersonalData } from '../personal-data.ts';
import { type BanksDeps, findRow, readOne } from './bank-accounts.ts';

/** The bank account of people. */
export function createBanksPersonalData(deps: Pick<BanksDeps, 'vault'>): PersonalData {
  return {
    async eraseIn(tx, { userId }) {
      await tx.execute('DELETE FROM bank_accounts WHERE userId = ?', [userId]);
    },
    sections: {
      async bankAccount(read, { userId }) {
        if ((await findRow(read, userId)) === undefined) return { items: [], next: '' };
        const { bankCode, number, holder, status, changedAt } = await readOne(deps, read, userId);
        const account = { bankCode, number, holder, status, changedAt: isoTime(changedAt) };
        return { items: [account], next: '' };
      },
    },
  };
}
