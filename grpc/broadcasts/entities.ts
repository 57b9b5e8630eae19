import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import { admissionEntities } from './admission/entities.ts';
import { attendanceEntities } from './attendance/entities.ts';
import type { BroadcastStatus } from './broadcast-state.ts';
import { peopleEntities } from './people/entities.ts';

@Entity('broadcasts')
@Index('ix_broadcasts_status', ['status', 'id'])
@Index('ix_broadcasts_seller', ['sellerId', 'id'])
export class BroadcastRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  sellerId: string;
  @Column(humanText(100))
  title: string;
  @Column({ type: 'text' })
  description: string;
  @Column(shortText(20))
  status: BroadcastStatus;
  @Column(time())
  scheduledAt: number;
  @Column(nullable(time()))
  startedAt: number | null;
  @Column(nullable(time()))
  endedAt: number | null;
  /** The pinned notice; null if there is none. */
  @Column(nullable(humanText(200)))
  noticeText: string | null;
  @Column(whole())
  noticeEmphasised: number;
  @Column(nullable(time()))
  noticePinnedAt: number | null;
  @Column(nullable(idText()))
  highlightedProductId: string | null;
  /** Grows with every edit. */
  @Column(whole())
  version: number;
  @Column(time())
  createdAt: number;
}

@Entity('broadcast_products')
export class BroadcastProductRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(idText())
  productId: string;
  @Column(whole())
  position: number;
}

/** One step in a broadcast's life. */
@Entity('broadcast_history')
export class BroadcastHistoryRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(whole())
  version: number;
  @Column(shortText(20))
  fromStatus: BroadcastStatus;
  @Column(shortText(20))
  toStatus: BroadcastStatus;
  @Column(shortText(60))
  actor: string;
  @Column(time())
  at: number;
}

@Entity('deals')
@Index('ix_deals_broadcast', ['broadcastId', 'startsAt'])
export class DealRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  broadcastId: string;
  @Column(idText())
  productId: string;
  @Column(idText())
  skuId: string;
  /** Won a unit. */
  @Column(whole())
  price: number;
  @Column(time())
  startsAt: number;
  @Column(time())
  endsAt: number;
  @Column(whole())
  units: number;
  /** Units that can still be ordered. */
  @Column(whole())
  remaining: number;
  @Column(whole())
  limitPerBuyer: number;
  /** Grows with every change. */
  @Column(whole())
  version: number;
}

/** Units that a buyer has of a deal: held or bought. */
@Entity('deal_buyers')
export class DealBuyerRow {
  @PrimaryColumn(idText())
  dealId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(whole())
  quantity: number;
}

export const broadcastsEntities = [
  BroadcastRow,
  BroadcastProductRow,
  BroadcastHistoryRow,
  DealRow,
  DealBuyerRow,
  ...attendanceEntities,
  ...admissionEntities,
  ...peopleEntities,
];
