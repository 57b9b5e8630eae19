import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import type { OrderStatus } from './order-state.ts';

@Entity('orders')
@Index('ux_orders_number', ['number'], { unique: true })
@Index('ix_orders_user', ['userId', 'id'])
@Index('ix_orders_broadcast', ['broadcastId', 'id'])
@Index('ix_orders_seller_paid', ['sellerId', 'paidAt'])
export class OrderRow {
  @PrimaryColumn(idText())
  id: string;
  /** Number for people, "ORDER-XXXXXXXX". */
  @Column(shortText(20))
  number: string;
  @Column(idText())
  userId: string;
  @Column(idText())
  sellerId: string;
  @Column(idText())
  broadcastId: string;
  @Column(shortText(20))
  status: OrderStatus;
  /** Won. */
  @Column(whole())
  amount: number;
  @Column(time())
  paymentDeadline: number;
  @Column(time())
  createdAt: number;
  @Column(nullable(time()))
  paidAt: number | null;
  /** Steps of its life so far; the number of its history rows. */
  @Column(whole())
  version: number;
}

@Entity('order_lines')
export class OrderLineRow {
  @PrimaryColumn(idText())
  orderId: string;
  @PrimaryColumn(whole())
  position: number;
  @Column(idText())
  skuId: string;
  @Column(idText())
  productId: string;
  @Column(nullable(idText()))
  dealId: string | null;
  /** Product and variant when it was ordered. */
  @Column(humanText(210))
  name: string;
  /** Won. */
  @Column(whole())
  unitPrice: number;
  @Column(whole())
  quantity: number;
}

/** One step of an order's life. Rows never change, but lose their words years after a buyer left. */
@Entity('order_history')
export class OrderHistoryRow {
  @PrimaryColumn(idText())
  orderId: string;
  @PrimaryColumn(whole())
  version: number;
  @Column(nullable(shortText(20)))
  fromStatus: OrderStatus | null;
  @Column(shortText(20))
  toStatus: OrderStatus;
  /** Who: a user id, or `system`. */
  @Column(shortText(60))
  actor: string;
  @Column(nullable(humanText(200)))
  reason: string | null;
  @Column(time())
  at: number;
}

export const ordersEntities = [OrderRow, OrderLineRow, OrderHistoryRow];
