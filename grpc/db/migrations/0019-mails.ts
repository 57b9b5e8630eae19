import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, integer, nullable, short, text, time } from './table.ts';

export class Mails1763770000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'mails', {
      columns: {
        id,
        userId: id,
        template: short(30),
        sealed: nullable(text),
        createdAt: time,
        expiresAt: time,
        attempts: integer,
        sentAt: nullable(time),
        lastError: nullable(human(500)),
      },
      primary: ['id'],
      indices: { ix_mails_user: ['userId', 'id'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('mails');
  }
}
