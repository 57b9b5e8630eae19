import { z } from 'zod';
import { idOf, requestId, text } from '../../rpc/fields.ts';
import { pageSize } from '../../rpc/paging.ts';
import { roomId } from '../attendance/requests.ts';

/** Items in one call. */
export const maxViewersPerCall = 500;

const broadcastId = idOf('brc');

export const admitSchema = z.object({
  broadcastId,
  userId: idOf('usr').or(z.literal('')),
  ticket: idOf('tkt').or(z.literal('')),
});
export type AdmitInput = z.output<typeof admitSchema>;

export const carrySeatsSchema = z.object({
  broadcastId,
  roomId,
  guests: z.number().int().min(1).max(1_000),
});

export const standingKeysSchema = z.object({
  keys: z.array(z.object({ broadcastId, userId: idOf('usr') })).max(maxViewersPerCall),
});

export const setCapacitySchema = z
  .object({
    requestId,
    broadcastId,
    maxViewers: z.number().int().min(1).max(1_000_000).optional(),
    reservedSeats: z.number().int().min(0).max(1_000_000),
    reason: text(0, 500),
  })
  .refine(({ maxViewers, reservedSeats }) => reservedSeats <= (maxViewers ?? 0), {
    path: ['reservedSeats'],
    message: 'must not exceed maxViewers',
  });
export type SetCapacityInput = z.output<typeof setCapacitySchema>;

export const getCapacitySchema = z.object({ broadcastId });

export const vipSchema = z.object({ requestId, sellerId: idOf('usr'), userId: idOf('usr') });
export type VipInput = z.output<typeof vipSchema>;

export const listVipsSchema = z.object({
  sellerId: idOf('usr'),
  pageSize,
  pageToken: z.string(),
});
