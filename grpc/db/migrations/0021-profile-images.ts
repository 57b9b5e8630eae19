import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, id, nullable, short } from './table.ts';

export class ProfileImages1763770000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'users', {
      imageFileId: nullable(id),
      imageName: nullable(short(80)),
      nextImageFileId: nullable(id),
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns('users', ['imageFileId', 'imageName', 'nextImageFileId']);
  }
}
