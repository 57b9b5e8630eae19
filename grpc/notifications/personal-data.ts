import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { MailRow } from './entities.ts';

/** What is held of people's mails: while one waits, its address and words. */
export const notificationsPersonalData: PersonalData = {
  /** Mails that wait are sent no more. */
  async eraseIn(tx, { userId }) {
    await tx.execute('UPDATE mails SET sealed = NULL WHERE userId = ? AND sealed IS NOT NULL', [
      userId,
    ]);
  },
  sections: {
    async mails(read, { userId, after, limit }) {
      const rows = await read.rows<MailRow>(
        `SELECT * FROM mails WHERE userId = ? AND id < ? ORDER BY id DESC LIMIT ${limit + 1}`,
        [userId, after || '~'],
      );
      return sectionPage(rows, limit, ({ template, createdAt, sentAt }) => {
        return { template, createdAt: isoTime(createdAt), sentAt: isoTime(sentAt) };
      });
    },
  },
};
