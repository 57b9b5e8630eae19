import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type components, unwrap } from '../api/client/index.ts';
import { inParallel } from './in-parallel.ts';
import type { Instance } from './instance.ts';
import type { Person } from './people.ts';
import type { Win } from './sale.ts';

/** How a payment ended, by its state. */
export type PaymentStates = ReadonlyMap<string, number>;

const buyerPage = z.object({ paymentKey: z.string() });

/** Two of three buyers pay by card on the provider's page, the third with points. */
export async function payAll(
  instance: Instance,
  admin: Person,
  wins: readonly Win[],
): Promise<PaymentStates> {
  const states = await inParallel(
    wins.map((win, i) => ({ win, byCard: i % 3 !== 0 })),
    12,
    ({ win, byCard }) => (byCard ? payByCard(instance, win) : payWithPoints(admin, win)),
  );
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

async function payByCard(instance: Instance, { person, order }: Win): Promise<string> {
  // What the buyer's browser does on the provider's page.
  const response = await fetch(`${instance.sandboxUrl}/sandbox/toss/payments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId: order.orderId, amount: order.amount }),
  });
  const { paymentKey } = buyerPage.parse(await response.json());
  return pay(person, order.orderId, { method: 'card', amount: order.amount, paymentKey });
}

async function payWithPoints(admin: Person, { person, order }: Win): Promise<string> {
  await unwrap(
    admin.rest.POST('/v1/users/{userId}/points', {
      params: {
        path: { userId: person.userId },
        header: { 'Idempotency-Key': `points-${order.orderId}` },
      },
      body: { amount: order.amount, reason: '데모 적립' },
    }),
  );
  return pay(person, order.orderId, { method: 'points', amount: order.amount });
}

async function pay(
  { rest }: Person,
  orderId: string,
  body: components['schemas']['PayOrderBody'],
): Promise<string> {
  const payment = await unwrap(
    rest.POST('/v1/orders/{orderId}/payments', {
      params: { path: { orderId }, header: { 'Idempotency-Key': randomUUID() } },
      body,
    }),
  );
  return payment.status;
}
