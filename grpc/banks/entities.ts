import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idText, nullable, shortText, time, whole } from '../db/index.ts';
import { SealedColumn } from '../vault/index.ts';

/** How far verification is. */
export const bankStatuses = ['pending', 'verified', 'failed'] as const;
export type BankStatus = (typeof bankStatuses)[number];

/** Why a bank says that an account is not the holder's. */
export type BankFailure = 'holder_mismatch' | 'closed' | 'not_found';

/** The bank account of an account. */
@Entity('bank_accounts')
export class BankAccountRow {
  @PrimaryColumn(idText())
  userId: string;
  @Column(shortText(3))
  bankCode: string;
  /** Number and holder as JSON, sealed. */
  @SealedColumn()
  sealed: string;
  @Column(shortText(10))
  status: BankStatus;
  @Column(nullable(shortText(20)))
  failure: BankFailure | null;
  @Column(time())
  changedAt: number;
  /** Grows with every change. */
  @Column(whole())
  version: number;
}

/** Rows of this domain. */
export const banksEntities = [BankAccountRow];
