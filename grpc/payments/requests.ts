import { z } from 'zod';
import { PaymentMethod, PaymentStatus } from '../../proto/gen/onair/payments/v1/payments.ts';
import { createEnumCodec } from '../rpc/enum-codec.ts';
import { idOf, requestId, won } from '../rpc/fields.ts';
import { paymentMethods } from './entities.ts';
import { paymentStatuses } from './payment-state.ts';

export const paymentStatusCodec = createEnumCodec(PaymentStatus, paymentStatuses);
export const paymentMethodCodec = createEnumCodec(PaymentMethod, paymentMethods);

const common = { requestId, orderId: idOf('ord'), amount: won };

/** A card needs the key that the provider's page gave the buyer; points need none. */
export const payOrderSchema = z
  .discriminatedUnion('method', [
    z.object({
      ...common,
      method: z.literal(PaymentMethod.CARD),
      paymentKey: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be the key that the page gave'),
    }),
    z.object({
      ...common,
      method: z.literal(PaymentMethod.POINTS),
      paymentKey: z.literal('', 'must be empty for points'),
    }),
  ])
  .transform(({ method, paymentKey, ...rest }) => ({
    ...rest,
    method: method === PaymentMethod.CARD ? ('card' as const) : ('points' as const),
    providerKey: paymentKey === '' ? null : paymentKey,
  }));

export const getPaymentSchema = z.object({ paymentId: idOf('pay') });
export const listPaymentsSchema = z.object({ orderId: idOf('ord') });
export const settlePaymentsSchema = z.object({ paymentIds: z.array(idOf('pay')).max(100) });
export const refundPaymentsSchema = z.object({ orderIds: z.array(idOf('ord')).max(100) });
