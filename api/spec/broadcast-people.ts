import { z } from 'zod';
import { PeopleChangeKind } from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import { enumCodec, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';

const moderator = z
  .object({
    userId: z.string(),
    name: z.string().describe('Name shown.'),
    addedBy: z.string(),
    addedAt: timestamp,
  })
  .meta({ id: 'Moderator', description: 'Someone who keeps order in a broadcast.' });

const ban = z
  .object({
    userId: z.string(),
    name: z.string().describe('Name shown.'),
    sellerWide: z.boolean().describe('Whether from all broadcasts of the seller.'),
    reason: z.string(),
    bannedBy: z.string(),
    bannedAt: timestamp,
    expiresAt: timestampOrNull.describe('Until when, exclusive; null means for good.'),
  })
  .meta({ id: 'Ban', description: 'Someone who is kept out.' });

const countOrNull = z.codec(count.nullable(), z.number().optional(), {
  decode: (number) => number ?? undefined,
  encode: (number) => number ?? null,
});

const peopleChange = z
  .object({
    id: z.string(),
    kind: enumCodec(PeopleChangeKind),
    userId: textOrNull.describe('Whose standing it is; null for the capacity.'),
    name: textOrNull.describe('Their name shown.'),
    sellerWide: z.boolean().describe('Whether it holds in all broadcasts of the seller.'),
    reason: textOrNull,
    expiresAt: timestampOrNull.describe('Of a ban: until when, exclusive; null means for good.'),
    maxViewers: countOrNull.describe('Of the capacity; null for as many as come.'),
    reservedSeats: countOrNull.describe('Of the capacity.'),
    changedBy: z.string(),
    changedAt: timestamp,
  })
  .meta({ id: 'PeopleChange', description: 'Who changed what of whom, when and why.' });

const reason = text(1, 500).describe('Why, for the audit.');
const broadcastId = idParams({ broadcastId: 'brc' });
const someone = z.object({ broadcastId: id('brc'), userId: id('usr') });
const inQuery = z
  .enum(['true', 'false'])
  .default('false')
  .transform((word) => word === 'true');

/** Moderators and bans. */
export const broadcastPeopleSpec = endpoints({
  addModerator: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/moderators/{userId}',
    summary: 'Make an account a moderator of an own broadcast',
    description: 'Making one again changes nothing. Admins may in any broadcast.',
    action: 'broadcasts.addModerator',
    idempotency: 'optional',
    params: someone,
    success: { status: 200, description: 'The moderator.', body: moderator },
    refusals: ['NOT_FOUND'],
  },
  removeModerator: {
    method: 'DELETE',
    path: '/v1/broadcasts/{broadcastId}/moderators/{userId}',
    summary: 'End someone’s moderating',
    action: 'broadcasts.removeModerator',
    idempotency: 'optional',
    params: someone,
    success: { status: 204, description: 'They are no moderator.' },
    refusals: ['NOT_FOUND'],
  },
  listModerators: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/moderators',
    summary: 'List the moderators of a broadcast',
    description: 'For its host, its moderators and admins.',
    action: 'broadcasts.listModerators',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(moderator).meta({ id: 'ModeratorPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  banViewer: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/bans/{userId}',
    summary: 'Keep a viewer out, at once',
    description:
      'For the host, moderators and admins; `sellerWide` not for moderators. A ban that is there is ' +
      'replaced. The host can not be banned, nor a moderator by another; a moderator that is banned ' +
      'is one no longer.',
    action: 'broadcasts.banViewer',
    idempotency: 'optional',
    params: someone,
    body: z
      .strictObject({
        reason,
        expiresAt: timestamp.optional().describe('Until when, exclusive; absent means for good.'),
        sellerWide: z
          .boolean()
          .default(false)
          .describe('From all broadcasts of the seller, those to come too.'),
      })
      .meta({ id: 'BanViewerBody' }),
    success: { status: 200, description: 'The ban.', body: ban },
    refusals: ['NOT_FOUND'],
  },
  unbanViewer: {
    method: 'DELETE',
    path: '/v1/broadcasts/{broadcastId}/bans/{userId}',
    summary: 'Lift a ban',
    description: 'Lifting a ban that is not there changes nothing.',
    action: 'broadcasts.unbanViewer',
    idempotency: 'optional',
    params: someone,
    query: z.strictObject({ reason, sellerWide: inQuery }),
    success: { status: 204, description: 'The ban is not there.' },
    refusals: ['NOT_FOUND'],
  },
  listBans: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/bans',
    summary: 'List the bans in force in a broadcast',
    description: 'For its host, its moderators and admins. Those from all of the seller’s too.',
    action: 'broadcasts.listBans',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject(pageQuery),
    success: { status: 200, description: 'One page.', body: pageOf(ban).meta({ id: 'BanPage' }) },
    refusals: ['NOT_FOUND'],
  },
  listPeopleChanges: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/people-changes',
    summary: 'Read who changed what of the people of a broadcast',
    description:
      'Bans, moderators, VIPs and the capacity, newest first; what holds in all broadcasts of the ' +
      'seller too. For its host and admins.',
    action: 'broadcasts.listPeopleChanges',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(peopleChange).meta({ id: 'PeopleChangePage' }),
    },
    refusals: ['NOT_FOUND'],
  },
});
