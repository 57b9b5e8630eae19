import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { addColumns, nullable, whole } from './table.ts';

const listed = 'ix_standing_changes_listed';

export class PeopleChanges1763770000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'standing_changes', {
      maxViewers: nullable(whole),
      reservedSeats: nullable(whole),
    });
    const index = new TableIndex({ name: listed, columnNames: ['scopeId', 'id'] });
    await runner.createIndex('standing_changes', index);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Nobody would know what was changed.
    await runner.query("DELETE FROM standing_changes WHERE kind = 'capacity_changed'");
    await runner.dropIndex('standing_changes', listed);
    await runner.dropColumns('standing_changes', ['maxViewers', 'reservedSeats']);
  }
}
