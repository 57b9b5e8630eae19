import { isoTime, type PersonalData } from '../personal-data.ts';
import { listLinks } from './store.ts';
import { dropSocialLinksOf } from './unlink-account.ts';

/** What is held of people's accounts elsewhere. The providers are told that the link is gone. */
export const socialPersonalData: PersonalData = {
  eraseIn: (tx, { userId, now }) => dropSocialLinksOf(tx, userId, now),
  sections: {
    async socialAccounts(read, { userId }) {
      const links = await listLinks(read, userId);
      const items = links.map(({ provider, subject, linkedAt, lastUsedAt }) => {
        return { provider, subject, linkedAt: isoTime(linkedAt), lastUsedAt: isoTime(lastUsedAt) };
      });
      return { items, next: '' };
    },
  },
};
