import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, id, integer, nullable, short, time, whole } from './table.ts';

export class Files1763770000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'files', {
      columns: {
        id,
        ownerId: id,
        purpose: short(20),
        state: short(10),
        contentType: short(40),
        objectName: nullable(short(80)),
        size: nullable(whole),
        checksum: nullable(short(64)),
        width: nullable(integer),
        height: nullable(integer),
        rejectReason: nullable(short(20)),
        createdAt: time,
        uploadUntil: time,
        attachedAt: nullable(time),
        sweepAt: nullable(time),
      },
      primary: ['id'],
      indices: { ix_files_owner: ['ownerId', 'id'], ix_files_sweep: ['sweepAt'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('files');
  }
}
