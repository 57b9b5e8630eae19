import { isoTime, type PersonalData, sectionPage } from '../personal-data.ts';
import { listAccountChanges } from './account-changes.ts';
import type { TosAgreementRow } from './entities.ts';
import { readUser } from './store.ts';
import type { UsersDeps } from './users-deps.ts';

/** What accounts hold of people. They are erased by `eraseUser`, after everything else. */
export function createUsersPersonalData(deps: UsersDeps): PersonalData {
  return {
    sections: {
      async profile(read, { userId }) {
        const { createdAt, emailVerifiedAt, tos, marketingConsentAt, ...plain } = await readUser(
          deps,
          read,
          userId,
        );
        const { id, email, name, phone, roles, language } = plain;
        const times = {
          createdAt: isoTime(createdAt),
          emailVerifiedAt: isoTime(emailVerifiedAt),
          marketingConsentAt: isoTime(marketingConsentAt),
        };
        const profile = {
          id,
          email,
          name,
          phone,
          roles,
          language,
          tosVersion: tos?.version ?? null,
        };
        return { items: [{ ...profile, ...times }], next: '' };
      },
      async tosAgreements(read, { userId }) {
        const rows = await read.rows<TosAgreementRow>(
          'SELECT * FROM tos_agreements WHERE userId = ? ORDER BY agreedAt',
          [userId],
        );
        const items = rows.map(({ version, agreedAt }) => ({
          version,
          agreedAt: isoTime(agreedAt),
        }));
        return { items, next: '' };
      },
      async accountChanges(read, { userId, after, limit }) {
        const beforeId = after === '' ? undefined : after;
        const changes = await listAccountChanges(read, { userId, beforeId, limit });
        return sectionPage(changes, limit, ({ kind, changedAt }) => {
          return { kind, changedAt: isoTime(changedAt) };
        });
      },
    },
  };
}
