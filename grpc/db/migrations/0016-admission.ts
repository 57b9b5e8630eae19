import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, id, nullable, short, time, whole } from './table.ts';

export class Admission1763770000016 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'broadcast_attendance', {
      columns: { broadcastId: id, users: whole, peak: whole },
      primary: ['broadcastId'],
    });
    await runner.query(
      `INSERT INTO broadcast_attendance (broadcastId, users, peak)
       SELECT broadcastId, 0, viewers FROM broadcast_peaks`,
    );
    await runner.dropTable('broadcast_peaks');
    // What rooms report is a matter of seconds.
    await runner.dropTable('broadcast_rooms');
    await createTable(runner, 'broadcast_rooms', {
      columns: { broadcastId: id, roomId: short(40), guests: whole, reportedAt: time },
      primary: ['broadcastId', 'roomId'],
    });
    await createTable(runner, 'room_viewers', {
      columns: { broadcastId: id, userId: id, roomId: short(40), since: time },
      primary: ['broadcastId', 'userId', 'roomId'],
      indices: { ix_room_viewers_room: ['broadcastId', 'roomId'] },
    });
    await createDoorTables(runner);
    await createTable(runner, 'seller_vips', {
      columns: { sellerId: id, userId: id, addedBy: id, addedAt: time },
      primary: ['sellerId', 'userId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'seller_vips',
      'waiting_line',
      'seat_grants',
      'broadcast_doors',
      'room_viewers',
      'broadcast_rooms',
    ]) {
      await runner.dropTable(table);
    }
    await createTable(runner, 'broadcast_rooms', {
      columns: { broadcastId: id, roomId: short(40), viewers: whole, reportedAt: time },
      primary: ['broadcastId', 'roomId'],
    });
    await createTable(runner, 'broadcast_peaks', {
      columns: { broadcastId: id, viewers: whole },
      primary: ['broadcastId'],
    });
    await runner.query(
      'INSERT INTO broadcast_peaks (broadcastId, viewers) SELECT broadcastId, peak FROM broadcast_attendance',
    );
    await runner.dropTable('broadcast_attendance');
  }
}

async function createDoorTables(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'broadcast_doors', {
    columns: {
      broadcastId: id,
      maxViewers: nullable(whole),
      reservedSeats: whole,
      lastPlace: whole,
    },
    primary: ['broadcastId'],
  });
  await createTable(runner, 'seat_grants', {
    columns: { broadcastId: id, holder: id, privileged: whole, expiresAt: time },
    primary: ['broadcastId', 'holder'],
  });
  await createTable(runner, 'waiting_line', {
    columns: {
      broadcastId: id,
      holder: id,
      ticket: id,
      privileged: whole,
      place: whole,
      expiresAt: time,
    },
    primary: ['broadcastId', 'holder'],
  });
}
