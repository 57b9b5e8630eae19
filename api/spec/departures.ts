import { z } from 'zod';
import { timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { idParams, ownPassword, text, unconfirmed } from './schemas.ts';

const retainedIdentity = z
  .object({
    name: z.string(),
    email: z.string(),
    phone: z.string(),
    erasedAt: timestamp.describe('When they left.'),
    keptUntil: timestamp.describe('Until when this is kept.'),
  })
  .meta({ id: 'RetainedIdentity', description: 'Who someone was that left.' });

export const departuresSpec = endpoints({
  deleteMe: {
    method: 'POST',
    path: '/v1/me/deletion',
    summary: 'Delete the own account',
    description:
      'At once and for good: every session ends, what tells who it was is erased, points lapse, and ' +
      'the e-mail is free for a new account. Chat messages and questions stay without a name. Who ' +
      'had paid orders is kept apart, sealed, for the five years that Korean law demands. Refused ' +
      'OPEN_MATTERS while orders are not finished, points are held or a broadcast is on air; ' +
      '`details` counts them. Admins give up their role first.',
    action: 'departures.deleteAccount',
    idempotency: 'optional',
    body: z.strictObject({ password: ownPassword }).meta({ id: 'DeleteMeBody' }),
    success: { status: 204, description: 'The account is gone.' },
    refusals: [...unconfirmed, 'OPEN_MATTERS', 'INVALID_STATE'],
  },
  exportMe: {
    method: 'POST',
    path: '/v1/me/export',
    summary: 'Save a copy of the own data',
    description:
      'A JSON object: `exportedAt`, then a list for each part (profile, consents, sessions, orders, ' +
      'payments, points, chat messages and so on). The password may be left out within ten minutes ' +
      'of logging in. A few a day. A file that does not end in `}` was cut off.',
    action: 'departures.beginExport',
    idempotency: 'none',
    body: z.strictObject({ password: ownPassword }).meta({ id: 'ExportMeBody' }),
    success: { status: 200, description: 'The copy.', media: 'application/json; charset=utf-8' },
    refusals: unconfirmed,
  },
  getRetainedIdentity: {
    method: 'GET',
    path: '/v1/users/{userId}/retained-identity',
    summary: 'Read who someone was that left',
    description:
      'As far as law has it kept. Who looked, and why, is added to the account’s changes.',
    action: 'departures.getRetainedIdentity',
    idempotency: 'none',
    params: idParams({ userId: 'usr' }),
    query: z.strictObject({ reason: text(1, 500).describe('Why, for the audit record.') }),
    success: { status: 200, description: 'Who it was.', body: retainedIdentity },
    refusals: ['NOT_FOUND'],
  },
});
