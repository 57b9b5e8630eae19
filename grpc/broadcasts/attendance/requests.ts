import { z } from 'zod';
import { idOf } from '../../rpc/fields.ts';

/** Ids that one report may name in each of its lists; a room tells the rest in the next one. */
const maxIds = 5_000;
const maxGuests = 1_000_000;
const userIds = z.array(idOf('usr')).max(maxIds);

export const roomId = z.string().regex(/^[\w-]{1,40}$/);

export const roomReportSchema = z.object({
  broadcastId: idOf('brc'),
  roomId,
  whole: z.boolean(),
  closed: z.boolean(),
  joined: userIds,
  left: userIds,
  seated: z.array(idOf('usr').or(idOf('tkt'))).max(maxIds),
  guests: z.number().int().min(0).max(maxGuests),
  cameFrom: z.array(z.object({ roomId, guests: z.number().int().min(1).max(maxGuests) })).max(500),
});
export type RoomReport = z.output<typeof roomReportSchema>;

export const reportAttendanceSchema = z.object({
  rooms: z.array(roomReportSchema).max(500),
  checkStandings: z.boolean(),
});
