import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import type { PaymentStatus } from './payment-state.ts';

/** Ways to pay. */
export const paymentMethods = ['points', 'card'] as const;

/** One of {@link paymentMethods}. */
export type PaymentMethod = (typeof paymentMethods)[number];

/** One attempt to pay an order. */
@Entity('payments')
@Index('ix_payments_order', ['orderId', 'id'])
export class PaymentRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  orderId: string;
  @Column(idText())
  userId: string;
  @Column(shortText(10))
  method: PaymentMethod;
  /** Won. */
  @Column(whole())
  amount: number;
  @Column(shortText(10))
  status: PaymentStatus;
  /** What the provider knows it by before it is confirmed: Toss' paymentKey. */
  @Column(nullable(shortText(200)))
  providerKey: string | null;
  /** What the provider did for it: Toss' transaction, the hold on points. */
  @Column(nullable(shortText(200)))
  reference: string | null;
  /** The provider's refusal, of the payment or of its last refund. */
  @Column(nullable(shortText(60)))
  failureCode: string | null;
  @Column(nullable(humanText(300)))
  failureMessage: string | null;
  /** Refunds that the provider refused; each try has an idempotency key of its own. */
  @Column({ type: 'integer' })
  refusedRefunds: number;
  @Column(time())
  createdAt: number;
  /** When it paid its order; null for one that never did, also when its money was taken. */
  @Column(nullable(time()))
  capturedAt: number | null;
  /** Steps of its life so far; the number of its history rows. */
  @Column(whole())
  version: number;
}

/** One step of a payment's life. Rows are never changed. */
@Entity('payment_history')
export class PaymentHistoryRow {
  @PrimaryColumn(idText())
  paymentId: string;
  @PrimaryColumn(whole())
  version: number;
  @Column(nullable(shortText(10)))
  fromStatus: PaymentStatus | null;
  @Column(shortText(10))
  toStatus: PaymentStatus;
  /** Who: a user id, or `system`. */
  @Column(shortText(60))
  actor: string;
  @Column(nullable(humanText(400)))
  reason: string | null;
  @Column(time())
  at: number;
}

export const paymentsEntities = [PaymentRow, PaymentHistoryRow];
