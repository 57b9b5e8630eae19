import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, short, time, whole } from './table.ts';

export class Chat1763770000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'chat_channels', {
      columns: { broadcastId: id, lastSeq: whole },
      primary: ['broadcastId'],
    });
    await createTable(runner, 'chat_messages', {
      columns: {
        broadcastId: id,
        seq: whole,
        kind: short(10),
        userId: id,
        clientId: short(64),
        name: human(80),
        text: human(500),
        sentAt: time,
      },
      primary: ['broadcastId', 'seq'],
      uniques: { ux_chat_messages_client: ['broadcastId', 'userId', 'clientId'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('chat_messages');
    await runner.dropTable('chat_channels');
  }
}
