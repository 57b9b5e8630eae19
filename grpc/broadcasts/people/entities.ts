import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time } from '../../db/index.ts';

/** Someone who keeps order in a broadcast. */
@Entity('broadcast_moderators')
export class ModeratorRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(idText())
  addedBy: string;
  @Column(time())
  addedAt: number;
}

/** Someone who is kept out of a broadcast, or of all of a seller's. */
@Entity('viewer_bans')
export class BanRow {
  /** A broadcast's id, or a seller's for all of theirs. */
  @PrimaryColumn(idText())
  scopeId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(humanText(500))
  reason: string;
  @Column(idText())
  bannedBy: string;
  @Column(time())
  bannedAt: number;
  /** Until when, exclusive; `forGood` has no end. */
  @Column(time())
  expiresAt: number;
}

/** Audit: who changed what someone is in a broadcast, when and why. Rows are only ever added. */
@Entity('standing_changes')
@Index('ix_standing_changes_scope', ['scopeId', 'userId', 'id'])
export class StandingChangeRow {
  @PrimaryColumn(idText())
  id: string;
  /** A broadcast's id, or a seller's. */
  @Column(idText())
  scopeId: string;
  @Column(idText())
  userId: string;
  @Column(shortText(20))
  kind:
    | 'moderator_added'
    | 'moderator_removed'
    | 'banned'
    | 'unbanned'
    | 'vip_added'
    | 'vip_removed';
  /** Empty where none was asked for. */
  @Column(humanText(500))
  reason: string;
  /** Of a ban: until when. */
  @Column(nullable(time()))
  expiresAt: number | null;
  @Column(idText())
  changedBy: string;
  @Column(time())
  changedAt: number;
}

export const peopleEntities = [ModeratorRow, BanRow, StandingChangeRow];
