import { z } from 'zod';
import { idOf, requestId } from '../rpc/fields.ts';

/** Reports in one call. */
export const maxReportsPerCall = 500;

export const heartReportSchema = z.object({
  reportId: requestId,
  broadcastId: idOf('brc'),
  hearts: z.number().int().min(1).max(10_000_000),
});
export type HeartReport = z.output<typeof heartReportSchema>;

export const getReactionsSchema = z.object({ broadcastId: idOf('brc') });
