import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { idText, shortText, time, whole } from '../../db/index.ts';

/**
 * Viewers of a broadcast, counted. Apart from the broadcast, so that counting never waits for
 * selling. Whoever changes who is in one of its rooms locks this row first.
 */
@Entity('broadcast_attendance')
export class AttendanceRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  /** Accounts in its rooms, each once. */
  @Column(whole())
  users: number;
  /** Most viewers at one time, guests too. */
  @Column(whole())
  peak: number;
}

/** A room that reports. One that stopped is a dead process's, and is taken away. */
@Entity('broadcast_rooms')
export class RoomRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(shortText(40))
  roomId: string;
  /** Viewers without an account. */
  @Column(whole())
  guests: number;
  @Column(time())
  reportedAt: number;
}

/** An account in a room. */
@Entity('room_viewers')
@Index('ix_room_viewers_room', ['broadcastId', 'roomId'])
export class RoomViewerRow {
  @PrimaryColumn(idText())
  broadcastId: string;
  @PrimaryColumn(idText())
  userId: string;
  @PrimaryColumn(shortText(40))
  roomId: string;
  @Column(time())
  since: number;
}

export const attendanceEntities = [AttendanceRow, RoomRow, RoomViewerRow];
