import { z } from 'zod';
import { endpoints } from './endpoint.ts';
import { count, idParams } from './schemas.ts';

const reactions = z
  .object({
    broadcastId: z.string(),
    hearts: count.describe('Hearts so far; never fewer than before.'),
  })
  .meta({ id: 'Reactions', description: 'What viewers sent, counted over all rooms.' });

export const reactionsSpec = endpoints({
  getReactions: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/reactions',
    summary: 'Read how many hearts a broadcast got',
    action: 'reactions.getReactions',
    idempotency: 'none',
    params: idParams({ broadcastId: 'brc' }),
    success: { status: 200, description: 'The totals.', body: reactions },
    refusals: ['NOT_FOUND'],
  },
});
