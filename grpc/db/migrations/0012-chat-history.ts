import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createTable, human, id, time, whole } from './table.ts';

const byKind = 'ix_chat_messages_kind';

export class ChatHistory1763770000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_channels ADD COLUMN firstSeq bigint NOT NULL DEFAULT 1');
    const columnNames = ['broadcastId', 'kind', 'seq'];
    await runner.createIndex('chat_messages', new TableIndex({ name: byKind, columnNames }));
    await createTable(runner, 'chat_purchases', {
      columns: {
        orderId: id,
        broadcastId: id,
        userId: id,
        buyer: human(40),
        summary: human(100),
        quantity: whole,
        seq: whole,
        recordedAt: time,
      },
      primary: ['orderId'],
      indices: { ix_chat_purchases_told: ['broadcastId', 'seq'] },
    });
    await createTable(runner, 'chat_purchase_notices', {
      columns: { broadcastId: id, seq: whole, text: human(500), orders: whole, toldAt: time },
      primary: ['broadcastId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('chat_purchase_notices');
    await runner.dropTable('chat_purchases');
    await runner.dropIndex('chat_messages', byKind);
    await runner.query('ALTER TABLE chat_channels DROP COLUMN firstSeq');
  }
}
