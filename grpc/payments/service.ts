import { type Actor, mayActFor, requireUser } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import type {
  PaymentsServiceImplementation,
  Payment as ProtoPayment,
} from '../../proto/gen/onair/payments/v1/payments.ts';
import type { CallExt } from '../middleware/call-context.ts';
import type { PaymentRow } from './entities.ts';
import type { Payments } from './index.ts';
import {
  getPaymentSchema,
  listPaymentsSchema,
  paymentMethodCodec,
  paymentStatusCodec,
  payOrderSchema,
  refundPaymentsSchema,
  settlePaymentsSchema,
} from './requests.ts';

/** PaymentsService over the domain. */
export function createPaymentsService(payments: Payments): PaymentsServiceImplementation<CallExt> {
  async function readPayment(paymentId: string, actor: Actor): Promise<ProtoPayment> {
    const payment = await payments.readPayment(paymentId);
    if (payment === undefined || !mayActFor(actor, payment.userId)) {
      throw new NotFound('payment', paymentId);
    }
    return toProtoPayment(payment);
  }

  return {
    async payOrder(request, { actor }) {
      const input = { ...payOrderSchema.parse(request), userId: requireUser(actor).userId };
      return toProtoPayment(await payments.payOrder(input));
    },
    getPayment: (request, { actor }) =>
      readPayment(getPaymentSchema.parse(request).paymentId, actor),
    async listPayments(request, { actor }) {
      const { orderId } = listPaymentsSchema.parse(request);
      const buyer = await payments.buyerOf(orderId);
      if (buyer === undefined || !mayActFor(actor, buyer)) throw new NotFound('order', orderId);
      return { payments: (await payments.listPayments(orderId)).map(toProtoPayment) };
    },
    async settlePayments(request) {
      const { paymentIds } = settlePaymentsSchema.parse(request);
      return { unsettledPaymentIds: await payments.settlePayments(paymentIds) };
    },
    async refundPayments(request) {
      const { orderIds } = refundPaymentsSchema.parse(request);
      return { pendingOrderIds: await payments.refundOrders(orderIds) };
    },
  };
}

function toProtoPayment(payment: PaymentRow): ProtoPayment {
  const { id, orderId, userId, amount, failureCode, failureMessage, capturedAt } = payment;
  return {
    id,
    orderId,
    userId,
    method: paymentMethodCodec.toProto(payment.method),
    amount,
    status: paymentStatusCodec.toProto(payment.status),
    failureCode: failureCode ?? '',
    failureMessage: failureMessage ?? '',
    createdAt: new Date(payment.createdAt),
    capturedAt: capturedAt === null ? undefined : new Date(capturedAt),
  };
}
