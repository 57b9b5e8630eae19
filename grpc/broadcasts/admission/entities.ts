import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idText, nullable, time, whole } from '../../db/index.ts';

/**
 * The door of a broadcast whose seats are, or were, limited. Apart from the broadcast, so that a
 * crowd at the door never waits for selling. Whoever gives a seat away locks this row first.
 */
@Entity('broadcast_doors')
export class DoorRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Null for as many as come. */
  @Column(nullable(whole()))
  maxViewers: number | null;
  @Column(whole())
  reservedSeats: number;
  /** Place that was last given in line. */
  @Column(whole())
  lastPlace: number;
}

/** A seat given to someone who has not come yet. Once they have, they hold it by being there. */
@Entity('seat_grants')
export class SeatGrantRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** An account, or a guest's ticket. */
  @PrimaryColumn(idText())
  holder: string;
  @Column(whole())
  privileged: number;
  @Column(time())
  expiresAt: number;
}

/** A place in line, lost unless its holder asks again in time. */
@Entity('waiting_line')
export class WaitingRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** An account, or a guest's ticket. */
  @PrimaryColumn(idText())
  holder: string;
  @Column(idText())
  ticket: string;
  /** Those come first. */
  @Column(whole())
  privileged: number;
  @Column(whole())
  place: number;
  @Column(time())
  expiresAt: number;
}

/** Someone whom a seller lets in first. */
@Entity('seller_vips')
export class VipRow {
  @PrimaryColumn(idText())
  sellerId: string;
  @PrimaryColumn(idText())
  userId: string;
  @Column(idText())
  addedBy: string;
  @Column(time())
  addedAt: number;
}

export const admissionEntities = [DoorRow, SeatGrantRow, WaitingRow, VipRow];
