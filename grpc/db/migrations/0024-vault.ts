import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, text, time } from './table.ts';

export class Vault1763770000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'data_keys', {
      columns: {
        id,
        purpose: short(10),
        state: short(10),
        wrapped: text,
        masterKeyId: short(300),
        createdAt: time,
        sealsFrom: time,
        retiredAt: nullable(time),
      },
      primary: ['id'],
    });
    await createTable(runner, 'personal_data_reads', {
      columns: {
        id,
        readBy: short(40),
        userId: id,
        fields: short(200),
        source: short(60),
        reason: human(500),
        readAt: time,
      },
      primary: ['id'],
      indices: {
        ix_personal_data_reads_user: ['userId', 'id'],
        ix_personal_data_reads_by: ['readBy', 'id'],
        ix_personal_data_reads_at: ['readAt'],
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('personal_data_reads');
    await runner.dropTable('data_keys');
  }
}
