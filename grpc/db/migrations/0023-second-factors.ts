import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addColumns,
  createTable,
  id,
  integer,
  nullable,
  short,
  text,
  time,
  whole,
} from './table.ts';

export class SecondFactors1763770000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'totp_factors', {
      columns: {
        userId: id,
        sealedSecret: text,
        createdAt: time,
        confirmedAt: nullable(time),
        lastStep: whole,
      },
      primary: ['userId'],
    });
    await createTable(runner, 'recovery_codes', {
      columns: { userId: id, codeHash: short(43), createdAt: time, usedAt: nullable(time) },
      primary: ['userId', 'codeHash'],
    });
    await createTable(runner, 'login_challenges', {
      columns: {
        challengeHash: short(43),
        userId: id,
        createdAt: time,
        expiresAt: time,
        failures: integer,
        usedAt: nullable(time),
      },
      primary: ['challengeHash'],
      indices: {
        ix_login_challenges_user: ['userId'],
        ix_login_challenges_expires: ['expiresAt'],
      },
    });
    await addColumns(runner, 'sessions', { secondFactorAt: nullable(time) });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('sessions', ['secondFactorAt']);
    await runner.dropTable('login_challenges');
    await runner.dropTable('recovery_codes');
    await runner.dropTable('totp_factors');
  }
}
