import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idText, nullable, shortText, time } from '../db/index.ts';

/** What a data key is for: sealing, or making blind indexes. */
export type DataKeyPurpose = 'seal' | 'index';

/** A data key, wrapped by a master key; in the clear it is in memory alone. */
@Entity('data_keys')
export class DataKeyRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(shortText(10))
  purpose: DataKeyPurpose;
  /** A retired key opens what nobody should have sealed with it any more. */
  @Column(shortText(10))
  state: 'active' | 'retired';
  @Column({ type: 'text' })
  wrapped: string;
  /** Which master key wrapped it. */
  @Column(shortText(300))
  masterKeyId: string;
  @Column(time())
  createdAt: number;
  /** It seals from then on, when every process has heard of it. */
  @Column(time())
  sealsFrom: number;
  @Column(nullable(time()))
  retiredAt: number | null;
}

/** Rows of the vault. */
export const vaultEntities = [DataKeyRow];
