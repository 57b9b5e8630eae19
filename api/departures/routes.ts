import { requireUser } from '../../common/auth/index.ts';
import { attachment } from '../attachment.ts';
import { routes } from '../context.ts';
import { departuresSpec } from '../spec/departures.ts';
import { openExportFile } from './export-file.ts';

/** Leaving, and taking one's data along. */
export const departuresRoutes = routes(departuresSpec, {
  async deleteMe({ body }, { clients, idempotencyKey }) {
    await clients.departures.deleteAccount({ ...body, requestId: idempotencyKey });
    return undefined;
  },

  async exportMe({ body }, { clients, actor, setHeader }) {
    const file = await openExportFile(clients.departures, body.password);
    setHeader(
      'content-disposition',
      attachment('온에어 내 정보', requireUser(actor).userId, 'json'),
    );
    return file;
  },

  getRetainedIdentity: ({ params, query }, { clients }) =>
    clients.departures.getRetainedIdentity({ ...params, ...query }),
});
