import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idText, whole } from '../db/index.ts';

/** Totals of a broadcast's reactions. Whoever counts holds this row's lock. */
@Entity('broadcast_reactions')
export class BroadcastReactionsRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @Column(whole())
  hearts: number;
}

export const reactionsEntities = [BroadcastReactionsRow];
