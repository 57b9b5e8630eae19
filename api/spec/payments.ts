import { z } from 'zod';
import { PaymentMethod, PaymentStatus } from '../../proto/gen/onair/payments/v1/payments.ts';
import { enumCodec, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { amount, count, idParams } from './schemas.ts';

const payment = z
  .object({
    id: z.string(),
    orderId: z.string(),
    userId: z.string().describe('The payer.'),
    method: enumCodec(PaymentMethod),
    amount: count.describe('Won.'),
    status: enumCodec(PaymentStatus).describe(
      '`unknown`: the provider has not answered; it is settled by itself.',
    ),
    failureCode: textOrNull.describe('The provider’s refusal code, if it refused.'),
    failureMessage: textOrNull.describe('The provider’s words for it.'),
    createdAt: timestamp,
    capturedAt: timestampOrNull.describe('When the money was taken.'),
  })
  .meta({ id: 'Payment' });

const agreedAmount = amount.describe('Won that the payer agreed to; must equal the order’s.');

const payOrderBody = z
  .discriminatedUnion('method', [
    z.strictObject({ method: z.literal('points'), amount: agreedAmount }),
    z.strictObject({
      method: z.literal('card'),
      amount: agreedAmount,
      paymentKey: z.string().min(1).max(200).describe('What the provider’s page gave the buyer.'),
    }),
  ])
  .meta({ id: 'PayOrderBody' });

export const paymentsSpec = endpoints({
  payOrder: {
    method: 'POST',
    path: '/v1/orders/{orderId}/payments',
    summary: 'Pay an own order',
    description: 'Look at the answer’s status: a provider’s refusal is `failed`, not an error.',
    action: 'payments.payOrder',
    idempotency: 'required',
    params: idParams({ orderId: 'ord' }),
    body: payOrderBody,
    success: { status: 201, description: 'The payment.', body: payment },
    refusals: [
      'NOT_FOUND',
      'INVALID_STATE',
      'PAYMENT_DEADLINE_PASSED',
      'AMOUNT_MISMATCH',
      'INSUFFICIENT_POINTS',
    ],
  },
  getPayment: {
    method: 'GET',
    path: '/v1/payments/{paymentId}',
    summary: 'Read a payment',
    description: 'For its payer, or an admin.',
    action: 'payments.getPayment',
    idempotency: 'none',
    params: idParams({ paymentId: 'pay' }),
    success: { status: 200, description: 'The payment.', body: payment },
    refusals: ['NOT_FOUND'],
  },
  listPayments: {
    method: 'GET',
    path: '/v1/orders/{orderId}/payments',
    summary: 'List the payments of an order, oldest first',
    description: 'For its buyer, or an admin. They are few, so there is one page.',
    action: 'payments.listPayments',
    idempotency: 'none',
    params: idParams({ orderId: 'ord' }),
    success: {
      status: 200,
      description: 'All payments.',
      body: z
        .object({ items: z.array(payment), nextPageToken: z.null() })
        .meta({ id: 'PaymentList' }),
    },
    refusals: ['NOT_FOUND'],
  },
});
