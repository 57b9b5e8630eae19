import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, text, time, whole } from './table.ts';

export class Sellers1763770000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'seller_applications', {
      columns: {
        id,
        userId: id,
        status: short(10),
        businessNumber: short(10),
        claimedNumber: nullable(short(10)),
        businessName: human(100),
        mailOrderNumber: human(40),
        sealedDetails: text,
        verdict: nullable(short(12)),
        checkedAt: nullable(time),
        reason: human(500),
        suspendedUntil: nullable(time),
        submittedAt: time,
        changedAt: time,
        version: whole,
      },
      primary: ['id'],
      indices: { ix_seller_applications_status: ['status', 'id'] },
      uniques: {
        ux_seller_applications_user: ['userId'],
        ux_seller_applications_claim: ['claimedNumber'],
      },
    });
    await createTable(runner, 'seller_application_history', {
      columns: {
        applicationId: id,
        version: whole,
        fromStatus: nullable(short(10)),
        toStatus: short(10),
        actor: short(60),
        reason: human(500),
        at: time,
      },
      primary: ['applicationId', 'version'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('seller_application_history');
    await runner.dropTable('seller_applications');
  }
}
