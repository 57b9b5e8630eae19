import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, integer, nullable, short, time, whole } from './table.ts';

export class Payments1763770000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'payments', {
      columns: {
        id,
        orderId: id,
        userId: id,
        method: short(10),
        amount: whole,
        status: short(10),
        providerKey: nullable(short(200)),
        reference: nullable(short(200)),
        failureCode: nullable(short(60)),
        failureMessage: nullable(human(300)),
        refusedRefunds: integer,
        createdAt: time,
        capturedAt: nullable(time),
        version: whole,
      },
      primary: ['id'],
      indices: { ix_payments_order: ['orderId', 'id'] },
    });
    await createTable(runner, 'payment_history', {
      columns: {
        paymentId: id,
        version: whole,
        fromStatus: nullable(short(10)),
        toStatus: short(10),
        actor: short(60),
        reason: nullable(human(400)),
        at: time,
      },
      primary: ['paymentId', 'version'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('payment_history');
    await runner.dropTable('payments');
  }
}
