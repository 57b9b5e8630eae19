import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, time } from './table.ts';

export class Users1763770000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'users', {
      columns: {
        id,
        email: human(254),
        emailKey: short(254),
        passwordHash: nullable(short(200)),
        name: human(40),
        phone: human(32),
        createdAt: time,
      },
      primary: ['id'],
      uniques: { ux_users_email_key: ['emailKey'] },
    });
    await createTable(runner, 'user_roles', {
      columns: { userId: id, role: short(20), grantedAt: time },
      primary: ['userId', 'role'],
      indices: { ix_user_roles_role: ['role', 'userId'] },
    });
    await createTable(runner, 'role_changes', {
      columns: {
        id,
        userId: id,
        role: short(20),
        kind: short(10),
        reason: human(500),
        changedBy: id,
        changedAt: time,
      },
      primary: ['id'],
      indices: { ix_role_changes_user: ['userId', 'id'] },
    });
    await createTable(runner, 'sessions', {
      columns: {
        id,
        userId: id,
        createdAt: time,
        refreshedAt: time,
        expiresAt: time,
        endedAt: nullable(time),
        endedBecause: nullable(short(20)),
      },
      primary: ['id'],
      indices: { ix_sessions_user: ['userId', 'expiresAt'] },
    });
    await createTable(runner, 'refresh_tokens', {
      columns: {
        tokenHash: short(43),
        sessionId: id,
        createdAt: time,
        expiresAt: time,
        tradedAt: nullable(time),
      },
      primary: ['tokenHash'],
      indices: { ix_refresh_tokens_session: ['sessionId', 'expiresAt'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['refresh_tokens', 'sessions', 'role_changes', 'user_roles', 'users']) {
      await runner.dropTable(table);
    }
  }
}
