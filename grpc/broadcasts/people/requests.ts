import { z } from 'zod';
import { idOf, requestId, text, timestamp } from '../../rpc/fields.ts';
import { pageSize } from '../../rpc/paging.ts';

const about = { requestId, broadcastId: idOf('brc'), userId: idOf('usr') };
const reason = text(1, 500);

export const moderatorSchema = z.object(about);
export type ModeratorInput = z.output<typeof moderatorSchema>;

export const banSchema = z.object({
  ...about,
  reason,
  expiresAt: timestamp.optional(),
  sellerWide: z.boolean(),
});
export type BanInput = z.output<typeof banSchema>;

export const unbanSchema = z.object({ ...about, reason, sellerWide: z.boolean() });
export type UnbanInput = z.output<typeof unbanSchema>;

/** A page of people of one broadcast. */
export const listPeopleSchema = z.object({
  broadcastId: idOf('brc'),
  pageSize,
  pageToken: z.string(),
});
