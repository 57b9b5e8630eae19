import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { addColumns, createTable, human, id, nullable, short, time } from './table.ts';

export class Sessions1763770000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'sessions', {
      userAgent: nullable(human(200)),
      address: nullable(short(45)),
    });
    await runner.createIndex(
      'sessions',
      new TableIndex({ name: 'ix_sessions_ended', columnNames: ['endedAt'] }),
    );
    await createTable(runner, 'signing_keys', {
      columns: {
        kid: short(43),
        publicJwk: short(500),
        sealedPrivateKey: nullable(short(1000)),
        createdAt: time,
        signsFrom: time,
        createdBy: id,
        reason: human(500),
      },
      primary: ['kid'],
    });
    await createTable(runner, 'login_attempts', {
      columns: {
        id,
        userId: nullable(id),
        address: short(45),
        userAgent: human(200),
        outcome: short(20),
        attemptedAt: time,
      },
      primary: ['id'],
      indices: {
        ix_login_attempts_user: ['userId', 'id'],
        ix_login_attempts_address: ['address', 'id'],
        ix_login_attempts_at: ['attemptedAt'],
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('login_attempts');
    await runner.dropTable('signing_keys');
    await runner.dropIndex('sessions', 'ix_sessions_ended');
    await runner.dropColumns('sessions', ['userAgent', 'address']);
  }
}
