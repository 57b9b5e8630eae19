import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, createTable, id, nullable, text, time } from './table.ts';

export class Profiles1763770000029 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'account_links', { sealedEmail: nullable(text) });
    await addColumns(runner, 'users', { erasedAt: nullable(time) });
    await createTable(runner, 'retained_identities', {
      columns: { userId: id, sealed: text, erasedAt: time, keptUntil: time },
      primary: ['userId'],
      indices: { ix_retained_identities_until: ['keptUntil'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('retained_identities');
    await runner.dropColumns('users', ['erasedAt']);
    await runner.dropColumns('account_links', ['sealedEmail']);
  }
}
