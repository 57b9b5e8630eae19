import { z } from 'zod';
import { endpoints } from './endpoint.ts';

const books = z
  .object({
    differences: z.array(z.string()).describe('One sentence for each; empty when all is sound.'),
    pointsTotal: z.int().describe('Sum of all balances of the points ledger; 0 when it is sound.'),
  })
  .meta({ id: 'Books', description: 'Whether stock, orders, payments and points agree.' });

export const auditsSpec = endpoints({
  verifyBooks: {
    method: 'GET',
    path: '/v1/audits/books',
    summary: 'Rebuild stock, orders, payments and points from their journals and compare',
    action: 'audits.verifyBooks',
    idempotency: 'none',
    success: { status: 200, description: 'What was found.', body: books },
    refusals: [],
  },
});
