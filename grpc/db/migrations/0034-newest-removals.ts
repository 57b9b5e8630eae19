import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

const newest = 'ix_chat_removed_newest';

export class NewestRemovals1763770000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columnNames = ['broadcastId', 'shadow', 'removedAt', 'seq'];
    await runner.createIndex('chat_removed', new TableIndex({ name: newest, columnNames }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('chat_removed', newest);
  }
}
