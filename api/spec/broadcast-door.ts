import { z } from 'zod';
import { RoomRole } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { enumCodec, timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';

const maxViewers = z.int().min(1).max(1_000_000);

const capacity = z
  .object({
    broadcastId: z.string(),
    maxViewers: z.codec(maxViewers.nullable(), z.number().optional(), {
      decode: (limit) => limit ?? undefined,
      encode: (limit) => limit ?? null,
    }),
    reservedSeats: count.describe('Seats that only VIPs, moderators and the host may take.'),
    taken: count.describe('Seats that are taken or granted.'),
    waiting: count.describe('People in line.'),
  })
  .meta({ id: 'Capacity', description: 'How many may watch a broadcast, and do.' });

const participant = z
  .object({
    userId: z.string(),
    name: z.string().describe('Name shown.'),
    role: enumCodec(RoomRole, ['HOST', 'MODERATOR', 'VIEWER']),
    since: timestamp,
  })
  .meta({ id: 'Participant', description: 'An account that is watching.' });

const vip = z
  .object({
    userId: z.string(),
    name: z.string().describe('Name shown.'),
    addedBy: z.string(),
    addedAt: timestamp,
  })
  .meta({ id: 'Vip', description: 'Someone whom a seller lets in first.' });

const broadcastId = idParams({ broadcastId: 'brc' });
const vipOf = z.object({ sellerId: id('usr'), userId: id('usr') });
const capacityAnswer = { status: 200, description: 'The capacity.', body: capacity } as const;

/** Capacity, who is inside, and who comes first. */
export const broadcastDoorSpec = endpoints({
  setCapacity: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/capacity',
    summary: 'Limit how many may watch an own broadcast, or lift the limit',
    description:
      'Nobody is sent away. Who finds no seat stands in line, VIPs before others, and comes in as ' +
      'seats become free. Admins may in any broadcast.',
    action: 'broadcasts.setCapacity',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        maxViewers: maxViewers.nullable().describe('Null lifts the limit.'),
        reservedSeats: z
          .int()
          .min(0)
          .max(1_000_000)
          .default(0)
          .describe('Seats of these that only VIPs, moderators and the host may take.'),
        reason: text(1, 500).optional().describe('Why, for the audit.'),
      })
      .refine((body) => body.reservedSeats <= (body.maxViewers ?? 0), {
        path: ['reservedSeats'],
        message: 'must not exceed maxViewers',
      })
      .meta({ id: 'SetCapacityBody' }),
    success: capacityAnswer,
    refusals: ['NOT_FOUND'],
  },
  getCapacity: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/capacity',
    summary: 'Read how many may watch a broadcast, and do',
    description: 'For its host, its moderators and admins.',
    action: 'broadcasts.getCapacity',
    idempotency: 'none',
    params: broadcastId,
    success: capacityAnswer,
    refusals: ['NOT_FOUND'],
  },
  listParticipants: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/participants',
    summary: 'List the accounts that are watching',
    description:
      'For its host, its moderators and admins. Guests have no account, and are not in it.',
    action: 'broadcasts.listParticipants',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page, by account.',
      body: pageOf(participant).meta({ id: 'ParticipantPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  addVip: {
    method: 'PUT',
    path: '/v1/sellers/{sellerId}/vips/{userId}',
    summary: 'Put an account on the own VIP list',
    description: 'VIPs come in first, and to reserved seats. Admins may change any list.',
    action: 'broadcasts.addVip',
    idempotency: 'optional',
    params: vipOf,
    success: { status: 200, description: 'The VIP.', body: vip },
    refusals: ['NOT_FOUND'],
  },
  removeVip: {
    method: 'DELETE',
    path: '/v1/sellers/{sellerId}/vips/{userId}',
    summary: 'Take an account off the own VIP list',
    action: 'broadcasts.removeVip',
    idempotency: 'optional',
    params: vipOf,
    success: { status: 204, description: 'They are not on it.' },
    refusals: [],
  },
  listVips: {
    method: 'GET',
    path: '/v1/sellers/{sellerId}/vips',
    summary: 'List the own VIPs',
    action: 'broadcasts.listVips',
    idempotency: 'none',
    params: idParams({ sellerId: 'usr' }),
    query: z.strictObject(pageQuery),
    success: { status: 200, description: 'One page.', body: pageOf(vip).meta({ id: 'VipPage' }) },
    refusals: [],
  },
});
