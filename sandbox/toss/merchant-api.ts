import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import { createDesk, type Reply } from './desk.ts';
import { TossError } from './errors.ts';
import { toPaymentObject } from './payment-object.ts';
import type { TossStore } from './store.ts';

const amount = z.number().int().min(1);
const orderId = z.string().regex(/^[\w=-]{6,64}$/);
const paymentKey = z.string().min(1).max(200);

const confirmBody = z.object({ paymentKey, orderId, amount });
const cancelBody = z.object({
  cancelReason: z.string().min(1).max(200),
  cancelAmount: amount.optional(),
});
const byPaymentKey = z.object({ paymentKey });
const byOrderId = z.object({ orderId });

export interface MerchantApiOptions {
  readonly store: TossStore;
  readonly secretKey: string;
  readonly now: () => number;
}

/** The API that a merchant's server calls: confirm, cancel, and read. */
export function addMerchantApi(
  app: FastifyInstance,
  { store, secretKey, now }: MerchantApiOptions,
): void {
  const desk = createDesk(store, now);
  const credential = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;

  app.addHook('onRequest', async (request) => {
    if (!sameSecret(request.headers.authorization ?? '', credential)) {
      throw new TossError('UNAUTHORIZED_KEY');
    }
  });

  app.post('/v1/payments/confirm', async (request, reply) => {
    const input = parse(confirmBody, request.body);
    return answer(reply, await desk.confirm(input, scopeOf(request)));
  });

  app.post('/v1/payments/:paymentKey/cancel', async (request, reply) => {
    const { paymentKey } = parse(byPaymentKey, request.params);
    const input = { ...parse(cancelBody, request.body), paymentKey };
    return answer(reply, await desk.cancel(input, scopeOf(request)));
  });

  app.get('/v1/payments/:paymentKey', async (request) => {
    const payment = store.byKey(parse(byPaymentKey, request.params).paymentKey);
    if (payment === undefined) throw new TossError('NOT_FOUND_PAYMENT');
    return toPaymentObject(payment);
  });

  app.get('/v1/payments/orders/:orderId', async (request) => {
    const payment = store.byOrder(parse(byOrderId, request.params).orderId);
    if (payment === undefined) throw new TossError('NOT_FOUND_PAYMENT');
    return toPaymentObject(payment);
  });
}

/** Sends the answer, or leaves the caller waiting until it gives up. */
function answer(reply: FastifyReply, { status, body, silent }: Reply): FastifyReply {
  if (silent) return reply.hijack();
  return reply.code(status).send(body);
}

/** Toss tells idempotent requests apart by key, API key, address and method; here is one API key. */
function scopeOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (Array.isArray(key) || key.length > 300) throw new TossError('INVALID_IDEMPOTENCY_KEY');
  return `${request.method} ${request.url} ${key}`;
}

function parse<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const result = schema.safeParse(input);
  if (!result.success) throw new TossError('INVALID_REQUEST');
  return result.data;
}
