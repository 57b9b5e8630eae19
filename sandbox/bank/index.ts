import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import type { Config } from '../../common/config.ts';

const account = z.object({ bankCode: z.string(), accountNumber: z.string().regex(/^\d+$/) });
const behaviour = z.object({
  holder: z.string().default('홍길동'),
  /** `silent` is never answered. */
  mode: z
    .enum(['open', 'closed', 'not-found', 'unknown-bank', 'error-500', 'garbled', 'silent'])
    .default('open'),
});

const refusals: Readonly<Record<string, string>> = {
  closed: 'ACCOUNT_CLOSED',
  'not-found': 'ACCOUNT_NOT_FOUND',
  'unknown-bank': 'UNKNOWN_BANK',
};

/**
 * Adds the stand-in of the inquiry of account holders. An account that was never told of by
 * `/sandbox/bank/accounts` is 홍길동's; the real one has no such address.
 */
export function addBank(app: FastifyInstance, config: Config): void {
  const known = new Map<string, z.output<typeof behaviour>>();

  app.post('/v1/account-holders', async (request, reply) => {
    if (!sameSecret(request.headers.authorization ?? '', `Bearer ${config.BANK_INQUIRY_KEY}`)) {
      return reply.code(401).send({ code: 'UNAUTHORIZED' });
    }
    const body = account.safeParse(request.body);
    if (!body.success) return reply.code(400).send({ code: 'BAD_REQUEST' });
    const { holder, mode } = known.get(body.data.accountNumber) ?? behaviour.parse({});
    if (mode === 'silent') return reply.hijack();
    if (mode === 'error-500') return reply.code(500).send({ code: 'INTERNAL' });
    if (mode === 'garbled') return reply.type('text/html').send('<h1>점검 중</h1>');
    const code = refusals[mode];
    return code === undefined ? reply.send({ holder }) : reply.code(404).send({ code });
  });

  app.put('/sandbox/bank/accounts/:number', async (request, reply) => {
    const { number } = z.object({ number: z.string().regex(/^\d+$/) }).parse(request.params);
    known.set(number, behaviour.parse(request.body ?? {}));
    return reply.code(204).send();
  });
}
