import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { behaviour } from './behaviour.ts';
import { TossError } from './errors.ts';
import { type Payment, startPayment } from './payment.ts';
import { toPaymentObject } from './payment-object.ts';
import type { TossStore } from './store.ts';

/** Toss lets a payment be confirmed for ten minutes after the buyer authenticated. */
const sessionMs = 600_000;

const startBody = z.object({
  orderId: z.string().regex(/^[\w=-]{6,64}$/),
  amount: z.number().int().min(1),
  orderName: z.string().min(1).max(100).default('Onair'),
  /** What becomes of the confirm. */
  outcome: behaviour.default('approve'),
  /** What becomes of a cancel. */
  cancelOutcome: behaviour.default('approve'),
  /** Milliseconds until the payment can't be confirmed any more. */
  validMs: z.number().int().min(0).max(86_400_000).default(sessionMs),
});

const changeBody = z.object({
  outcome: behaviour.optional(),
  cancelOutcome: behaviour.optional(),
});

const params = z.object({ paymentKey: z.string() });

/**
 * What stands for the buyer's browser on Toss' payment page, and a look behind the counter. The
 * real Toss has none of these addresses.
 */
export function addBuyerPage(app: FastifyInstance, store: TossStore, now: () => number): void {
  function find(input: unknown): Payment {
    const payment = store.byKey(params.parse(input).paymentKey);
    if (payment === undefined) throw new TossError('NOT_FOUND_PAYMENT');
    return payment;
  }

  app.post('/sandbox/toss/payments', async (request, reply) => {
    const { validMs, outcome, cancelOutcome, ...what } = startBody.parse(request.body);
    const payment = startPayment(
      { ...what, confirmBehaviour: outcome, cancelBehaviour: cancelOutcome },
      now(),
      validMs,
    );
    store.save(payment);
    return reply.code(201).send(view(payment));
  });

  app.get('/sandbox/toss/payments/:paymentKey', async (request) => view(find(request.params)));

  app.patch('/sandbox/toss/payments/:paymentKey', async (request) => {
    const payment = find(request.params);
    const { outcome, cancelOutcome } = changeBody.parse(request.body);
    const changed = {
      ...payment,
      confirmBehaviour: outcome ?? payment.confirmBehaviour,
      cancelBehaviour: cancelOutcome ?? payment.cancelBehaviour,
    };
    store.save(changed);
    return view(changed);
  });
}

function view(payment: Payment): Record<string, unknown> {
  return {
    paymentKey: payment.paymentKey,
    orderId: payment.orderId,
    amount: payment.amount,
    outcome: payment.confirmBehaviour,
    cancelOutcome: payment.cancelBehaviour,
    confirmCalls: payment.confirmCalls,
    cancelCalls: payment.cancelCalls,
    payment: toPaymentObject(payment),
  };
}
