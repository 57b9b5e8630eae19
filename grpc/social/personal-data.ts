import { jobOf } from '../../common/jobs.ts';
import type { Sealer } from '../../common/seal.ts';
import { enqueueJobs } from '../db/index.ts';
import { isoTime, type PersonalData } from '../personal-data.ts';
import { listLinks } from './store.ts';
import { dropSocialLinksOf } from './unlink-account.ts';

/** What is held of people's accounts elsewhere, whose keepers are told that the link is gone. */
export function createSocialPersonalData({ sealer }: { readonly sealer: Sealer }): PersonalData {
  return {
    async eraseIn(tx, { userId, now }) {
      const links = await listLinks(tx, userId);
      await dropSocialLinksOf(tx, userId);
      const jobs = links.map(({ provider, subject }) => {
        const payload = { provider, sealedSubject: sealer.seal(subject) };
        return jobOf('social.tell-unlink', payload, now);
      });
      await enqueueJobs(tx, jobs, now);
    },
    sections: {
      async socialAccounts(read, { userId }) {
        const links = await listLinks(read, userId);
        const items = links.map(({ provider, subject, linkedAt, lastUsedAt }) => {
          return {
            provider,
            subject,
            linkedAt: isoTime(linkedAt),
            lastUsedAt: isoTime(lastUsedAt),
          };
        });
        return { items, next: '' };
      },
    },
  };
}
