import { z } from 'zod';
import { timestamp } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { id, pageOf, pageQuery } from './schemas.ts';

const personalDataRead = z
  .object({
    id: z.string(),
    readBy: z.string().describe('A user id, or `service:` and its name.'),
    userId: z.string().describe('Whose data it is; empty where nobody is known.'),
    fields: z.array(z.string()).describe('What was shown, e.g. `email`.'),
    source: z.string().describe('The action that showed it, e.g. `users.getUser`.'),
    reason: z.string(),
    readAt: timestamp,
  })
  .meta({ id: 'PersonalDataRead', description: 'Someone saw personal data of someone else.' });

export const privacySpec = endpoints({
  listPersonalDataReads: {
    method: 'GET',
    path: '/v1/personal-data-reads',
    summary: 'List who saw personal data of others, newest first',
    action: 'privacy.listPersonalDataReads',
    idempotency: 'none',
    query: z.strictObject({
      ...pageQuery,
      userId: id('usr').optional(),
      readBy: z.string().min(1).max(40).optional(),
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(personalDataRead).meta({ id: 'PersonalDataReadPage' }),
    },
    refusals: [],
  },
});
