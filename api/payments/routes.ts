import { PaymentMethod } from '../../proto/gen/onair/payments/v1/payments.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { paymentsSpec } from '../spec/payments.ts';

/** A provider may take 10 seconds to answer; past this the payment settles itself. */
const payDeadlineMs = 15_000;

const methods = { points: PaymentMethod.POINTS, card: PaymentMethod.CARD } as const;

/** Payments of orders. */
export const paymentsRoutes = routes(paymentsSpec, {
  payOrder: ({ params, body }, { clients, idempotencyKey }) =>
    clients.payments.payOrder(
      { ...params, ...body, method: methods[body.method], requestId: idempotencyKey },
      { deadline: payDeadlineMs },
    ),

  getPayment: ({ params }, { clients }) => clients.payments.getPayment(params),

  async listPayments({ params }, { clients }) {
    const { payments } = await clients.payments.listPayments(params);
    return { ...page(payments, ''), nextPageToken: null };
  },
});
