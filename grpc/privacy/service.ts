import { z } from 'zod';
import type { PrivacyServiceImplementation } from '../../proto/gen/onair/privacy/v1/privacy.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { idOf } from '../rpc/fields.ts';
import { decodePageToken, pageSize, toPage } from '../rpc/paging.ts';
import type { Privacy } from './index.ts';

const listRequest = z.object({
  userId: z.union([z.literal(''), idOf('usr')]),
  readBy: z.string().max(40),
  pageSize,
  pageToken: z.string(),
});
const pruneRequest = z.object({ limit: z.number().int().min(1).max(10_000) });

/** PrivacyService over the domain. */
export function createPrivacyService(privacy: Privacy): PrivacyServiceImplementation<CallExt> {
  return {
    async listPersonalDataReads(request) {
      const { pageSize: limit, pageToken, ...filter } = listRequest.parse(request);
      const beforeId = decodePageToken(pageToken);
      const { rows, nextPageToken } = toPage(
        await privacy.listReads({ ...filter, beforeId, limit }),
        limit,
      );
      const reads = rows.map((row) => ({
        ...row,
        fields: row.fields.split(','),
        readAt: new Date(row.readAt),
      }));
      return { reads, nextPageToken };
    },
    async prunePersonalDataReads(request) {
      return { pruned: await privacy.pruneReads(pruneRequest.parse(request).limit) };
    },
  };
}
