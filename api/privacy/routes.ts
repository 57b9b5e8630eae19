import { routes } from '../context.ts';
import { page } from '../page.ts';
import { privacySpec } from '../spec/privacy.ts';

/** Who saw personal data of others, for admins. */
export const privacyRoutes = routes(privacySpec, {
  async listPersonalDataReads({ query }, { clients }) {
    const { reads, nextPageToken } = await clients.privacy.listPersonalDataReads(query);
    return page(reads, nextPageToken);
  },
});
