import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, id, whole } from './table.ts';

export class Reactions1763770000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'broadcast_reactions', {
      columns: { broadcastId: id, hearts: whole },
      primary: ['broadcastId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('broadcast_reactions');
  }
}
