import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import type { SessionRow } from './entities.ts';
import { listAttempts } from './login-attempts.ts';
import { dropFactor } from './second-factor/store.ts';

/** Addresses of others who tried are shown masked, as to anyone who gives no reason. */
const self = { kind: 'service', name: 'export' } as const;

/** What sessions hold of people: where they were used, and from where someone tried to log in. */
export function createSessionsPersonalData(deps: Parameters<typeof listAttempts>[0]): PersonalData {
  return {
    async eraseIn(tx, { userId }) {
      await tx.execute('UPDATE sessions SET userAgent = NULL, address = NULL WHERE userId = ?', [
        userId,
      ]);
      await tx.execute('DELETE FROM login_attempts WHERE userId = ?', [userId]);
      await tx.execute('DELETE FROM login_challenges WHERE userId = ?', [userId]);
      await dropFactor(tx, userId);
    },
    sections: {
      async sessions(read, { userId, after, limit }) {
        const rows = await read.rows<SessionRow>(
          `SELECT * FROM sessions WHERE userId = ? AND id < ? ORDER BY id DESC LIMIT ${limit + 1}`,
          [userId, after || '~'],
        );
        return sectionPage(rows, limit, (row) => ({
          id: row.id,
          createdAt: isoTime(row.createdAt),
          lastUsedAt: isoTime(row.refreshedAt),
          endedAt: isoTime(row.endedAt),
          userAgent: row.userAgent,
          address: row.address,
        }));
      },
      async loginAttempts(_read, { userId, after, limit }) {
        const rows = await listAttempts(deps, self, {
          userId,
          beforeId: after || undefined,
          limit,
        });
        return sectionPage(rows, limit, ({ attemptedAt, outcome, address, userAgent }) => {
          return { attemptedAt: isoTime(attemptedAt), outcome, address, userAgent };
        });
      },
    },
  };
}
