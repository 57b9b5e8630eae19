import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../../db/index.ts';

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

/** What may be changed about the people of a broadcast. */
export const peopleChangeKinds = [
  'moderator_added',
  'moderator_removed',
  'banned',
  'unbanned',
  'vip_added',
  'vip_removed',
  'capacity_changed',
] as const;

/**
 * Audit: who changed what someone is in a broadcast, or how many may come, when and why. Rows are
 * only ever added.
 */
@Entity('standing_changes')
@Index('ix_standing_changes_scope', ['scopeId', 'userId', 'id'])
@Index('ix_standing_changes_listed', ['scopeId', 'id'])
export class StandingChangeRow {
  @PrimaryColumn(idText())
  id: string;
  /** A broadcast's id, or a seller's. */
  @Column(idText())
  scopeId: string;
  /** Empty for the capacity, which is nobody's. */
  @Column(idText())
  userId: string;
  @Column(shortText(20))
  kind: (typeof peopleChangeKinds)[number];
  /** Empty where none was asked for. */
  @Column(humanText(500))
  reason: string;
  /** Of a ban: until when. */
  @Column(nullable(time()))
  expiresAt: number | null;
  /** Of the capacity, as at the door: what it was changed to. */
  @Column(nullable(whole()))
  maxViewers: number | null;
  @Column(nullable(whole()))
  reservedSeats: number | null;
  @Column(idText())
  changedBy: string;
  @Column(time())
  changedAt: number;
}

export const peopleEntities = [ModeratorRow, BanRow, StandingChangeRow];
