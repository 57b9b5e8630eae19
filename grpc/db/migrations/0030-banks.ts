import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, id, nullable, short, text, time, whole } from './table.ts';

export class Banks1763770000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'bank_accounts', {
      columns: {
        userId: id,
        bankCode: short(3),
        sealed: text,
        status: short(10),
        failure: nullable(short(20)),
        changedAt: time,
        version: whole,
      },
      primary: ['userId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('bank_accounts');
  }
}
