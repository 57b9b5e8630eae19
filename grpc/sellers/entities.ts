import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import { SealedColumn } from '../vault/index.ts';
import type { ApplicationStatus } from './application-state.ts';
import type { Verdict } from './tax-service/verdict.ts';

/** The one application of an account. */
@Entity('seller_applications')
@Index('ux_seller_applications_user', ['userId'], { unique: true })
@Index('ux_seller_applications_claim', ['claimedNumber'], { unique: true })
@Index('ix_seller_applications_status', ['status', 'id'])
export class SellerApplicationRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  userId: string;
  @Column(shortText(10))
  status: ApplicationStatus;
  @Column(shortText(10))
  businessNumber: string;
  /** The same while nobody else may have it; null once the application was rejected. */
  @Column(nullable(shortText(10)))
  claimedNumber: string | null;
  @Column(humanText(100))
  businessName: string;
  /** Of the mail-order sales report; empty where there is none. */
  @Column(humanText(40))
  mailOrderNumber: string;
  /** What is personal of it, sealed. */
  @SealedColumn()
  sealedDetails: string;
  /** What the Tax Service said; null until it did. */
  @Column(nullable(shortText(12)))
  verdict: Verdict | null;
  @Column(nullable(time()))
  checkedAt: number | null;
  /** Of the last decision. */
  @Column(humanText(500))
  reason: string;
  @Column(nullable(time()))
  suspendedUntil: number | null;
  @Column(time())
  submittedAt: number;
  /** When it came to its status. */
  @Column(time())
  changedAt: number;
  /** Steps so far; the number of its history rows. */
  @Column(whole())
  version: number;
}

/** One step of an application. Rows are never changed. */
@Entity('seller_application_history')
export class SellerApplicationHistoryRow {
  @PrimaryColumn(idText())
  applicationId: string;
  @PrimaryColumn(whole())
  version: number;
  @Column(nullable(shortText(10)))
  fromStatus: ApplicationStatus | null;
  @Column(shortText(10))
  toStatus: ApplicationStatus;
  /** Who: a user id, or `system`. */
  @Column(shortText(60))
  actor: string;
  @Column(humanText(500))
  reason: string;
  @Column(time())
  at: number;
}

/** A document of an application. */
@Entity('seller_documents')
export class SellerDocumentRow {
  @PrimaryColumn(idText())
  applicationId: string;
  @PrimaryColumn(whole())
  position: number;
  @Column(idText())
  fileId: string;
}

/** What a seller says of themselves. */
@Entity('seller_profiles')
export class SellerProfileRow {
  @PrimaryColumn(idText())
  sellerId: string;
  @Column(humanText(40))
  name: string;
  @Column({ type: 'text' })
  introduction: string;
  /** Grows with every edit. */
  @Column(whole())
  version: number;
  @Column(time())
  updatedAt: number;
}

/** Rows of this domain. */
export const sellersEntities = [
  SellerApplicationRow,
  SellerApplicationHistoryRow,
  SellerDocumentRow,
  SellerProfileRow,
];
