import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, integer, nullable, short, text, time } from './table.ts';

export class JobsAndRequests1763770000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'requests', {
      columns: {
        scope: short(100),
        requestId: short(64),
        inputHash: short(43),
        answer: text,
        createdAt: time,
      },
      primary: ['scope', 'requestId'],
      indices: { ix_requests_created: ['createdAt'] },
    });
    await createTable(runner, 'jobs', {
      columns: {
        id,
        kind: short(60),
        payload: text,
        state: short(10),
        availableAt: time,
        attempts: integer,
        maxAttempts: integer,
        leaseOwner: nullable(short(60)),
        dedupeKey: nullable(short(100)),
        lastError: nullable(human(2000)),
        createdAt: time,
      },
      primary: ['id'],
      indices: { ix_jobs_due: ['state', 'availableAt'] },
      uniques: { ux_jobs_dedupe: ['dedupeKey'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('jobs');
    await runner.dropTable('requests');
  }
}
