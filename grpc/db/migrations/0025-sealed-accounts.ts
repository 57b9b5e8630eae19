import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { addColumns, changeColumn, human, nullable, short, text } from './table.ts';

/** Makes room for sealed text; what is there is sealed by the services, which have the keys. */
export class SealedAccounts1763770000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await changeColumn(runner, 'users', 'email', text);
    await changeColumn(runner, 'users', 'phone', text);
    await addColumns(runner, 'users', { phoneKey: nullable(short(43)) });
    const phoneKey = { name: 'ix_users_phone_key', columnNames: ['phoneKey'] };
    await runner.createIndex('users', new TableIndex(phoneKey));
    await addColumns(runner, 'login_attempts', { sealedAddress: nullable(text) });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('login_attempts', ['sealedAddress']);
    await runner.dropIndex('users', 'ix_users_phone_key');
    await runner.dropColumns('users', ['phoneKey']);
    await changeColumn(runner, 'users', 'phone', human(32));
    await changeColumn(runner, 'users', 'email', human(254));
  }
}
