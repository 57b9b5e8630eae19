import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, time } from './table.ts';

export class Moderation1763770000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'broadcast_moderators', {
      columns: { broadcastId: id, userId: id, addedBy: id, addedAt: time },
      primary: ['broadcastId', 'userId'],
    });
    await createTable(runner, 'viewer_bans', {
      columns: {
        scopeId: id,
        userId: id,
        reason: human(500),
        bannedBy: id,
        bannedAt: time,
        expiresAt: time,
      },
      primary: ['scopeId', 'userId'],
    });
    await createTable(runner, 'standing_changes', {
      columns: {
        id,
        scopeId: id,
        userId: id,
        kind: short(20),
        reason: human(500),
        expiresAt: nullable(time),
        changedBy: id,
        changedAt: time,
      },
      primary: ['id'],
      indices: { ix_standing_changes_scope: ['scopeId', 'userId', 'id'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('standing_changes');
    await runner.dropTable('viewer_bans');
    await runner.dropTable('broadcast_moderators');
  }
}
