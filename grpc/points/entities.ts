import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import type { TransferKind } from './transfer.ts';

/** Balance of a user (by user id), or of the platform (`issuance`, `sales`). */
@Entity('point_accounts')
export class PointAccountRow {
  @PrimaryColumn(idText())
  id: string;
  /** Sum of its posted transfers. */
  @Column(whole())
  posted: number;
  /** Part of it that holds have set aside. */
  @Column(whole())
  pendingOut: number;
}

/** The ledger. Rows are never changed. */
@Entity('point_transfers')
@Index('ix_point_transfers_user', ['userId', 'id'])
@Index('ux_point_transfers_resolved', ['resolvedHoldId'], { unique: true })
export class PointTransferRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(shortText(10))
  kind: TransferKind;
  @Column(idText())
  userId: string;
  /** The account that gives. */
  @Column(idText())
  debitAccount: string;
  /** The account that gets. */
  @Column(idText())
  creditAccount: string;
  @Column(whole())
  amount: number;
  /** The hold that a post, void or refund is about. */
  @Column(nullable(idText()))
  holdId: string | null;
  /** `holdId` of a post or void, so that the database too lets a hold be resolved only once. */
  @Column(nullable(idText()))
  resolvedHoldId: string | null;
  @Column(humanText(100))
  reference: string;
  @Column(humanText(200))
  reason: string;
  /** Who: a user id, or `system`. */
  @Column(shortText(60))
  actor: string;
  @Column(time())
  createdAt: number;
}

/** Points of one charge, with the time at which what is left of them lapses. */
@Entity('point_lots')
@Index('ix_point_lots_user', ['userId', 'live'])
@Index('ix_point_lots_lapse', ['live', 'expiresAt'])
export class PointLotRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  /** The transfer that made it. */
  @Column(idText())
  chargeId: string;
  @Column(whole())
  amount: number;
  @Column(whole())
  remaining: number;
  /** 1 while something remains, so that used-up lots cost later reads nothing. */
  @Column({ type: 'integer' })
  live: number;
  @Column(time())
  expiresAt: number;
}

/** What a transfer took from a lot, or, below zero, gave back to it. Rows are never changed. */
@Entity('point_lot_uses')
@Index('ix_point_lot_uses_hold', ['holdId'])
export class PointLotUseRow {
  @PrimaryColumn(idText())
  transferId: string;
  @PrimaryColumn(idText())
  lotId: string;
  /** The hold that it belongs to; null for an expiry. */
  @Column(nullable(idText()))
  holdId: string | null;
  @Column(whole())
  amount: number;
}

export const pointsEntities = [PointAccountRow, PointTransferRow, PointLotRow, PointLotUseRow];
