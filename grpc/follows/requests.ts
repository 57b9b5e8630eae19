import { z } from 'zod';
import { idOf, requestId } from '../rpc/fields.ts';
import { pageSize } from '../rpc/paging.ts';

export const changeFollowSchema = z.object({ requestId, sellerId: idOf('usr') });

export const getFollowSchema = z.object({ sellerId: idOf('usr') });

export const listFollowingSchema = z.object({ pageSize, pageToken: z.string() });

export const listFollowersSchema = z.object({
  sellerId: idOf('usr').or(z.literal('')),
  pageSize,
  pageToken: z.string(),
});
