import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, text, time, whole } from './table.ts';

export class ChatModeration1763770000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'chat_sanctions', {
      columns: {
        id,
        scopeId: id,
        userId: id,
        kind: short(10),
        until: nullable(time),
        reason: human(500),
        givenBy: id,
        givenAt: time,
        liftedAt: nullable(time),
      },
      primary: ['id'],
      indices: { ix_chat_sanctions_scope: ['scopeId', 'userId'] },
    });
    await createTable(runner, 'chat_held', {
      columns: {
        id,
        broadcastId: id,
        userId: id,
        clientId: short(64),
        name: human(80),
        text: human(500),
        reason: short(10),
        heldAt: time,
        state: short(10),
        seq: nullable(whole),
        resolvedBy: nullable(id),
        resolvedAt: nullable(time),
      },
      primary: ['id'],
      uniques: { ux_chat_held_client: ['broadcastId', 'userId', 'clientId'] },
      indices: { ix_chat_held_state: ['broadcastId', 'state', 'id'] },
    });
    await createTable(runner, 'chat_removed', {
      columns: {
        broadcastId: id,
        seq: whole,
        userId: id,
        kind: short(10),
        name: human(80),
        text: human(500),
        shadow: whole,
        removedAt: time,
      },
      primary: ['broadcastId', 'seq'],
    });
    await createTable(runner, 'chat_moderation', {
      columns: {
        id,
        scopeId: id,
        action: short(20),
        actorId: id,
        userId: id,
        reason: human(500),
        detail: text,
        at: time,
      },
      primary: ['id'],
      indices: { ix_chat_moderation_scope: ['scopeId', 'id'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['chat_moderation', 'chat_removed', 'chat_held', 'chat_sanctions']) {
      await runner.dropTable(table);
    }
  }
}
