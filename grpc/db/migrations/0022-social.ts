import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, createTable, human, id, nullable, short, time } from './table.ts';

export class Social1763770000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'social_accounts', {
      columns: {
        id,
        userId: id,
        provider: short(10),
        subject: short(100),
        linkedAt: time,
        lastUsedAt: nullable(time),
      },
      primary: ['id'],
      uniques: {
        ux_social_accounts_subject: ['provider', 'subject'],
        ux_social_accounts_user: ['userId', 'provider'],
      },
    });
    await createTable(runner, 'social_attempts', {
      columns: {
        stateHash: short(43),
        nonceHash: short(43),
        provider: short(10),
        userId: nullable(id),
        redirectUri: human(500),
        createdAt: time,
        expiresAt: time,
        claimedAt: nullable(time),
      },
      primary: ['stateHash'],
      indices: { ix_social_attempts_expires: ['expiresAt'] },
    });
    await addColumns(runner, 'login_attempts', { method: nullable(short(10)) });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('login_attempts', ['method']);
    await runner.dropTable('social_attempts');
    await runner.dropTable('social_accounts');
  }
}
