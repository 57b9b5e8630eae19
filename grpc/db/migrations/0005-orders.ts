import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, time, whole } from './table.ts';

export class Orders1763770000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'orders', {
      columns: {
        id,
        number: short(20),
        userId: id,
        sellerId: id,
        broadcastId: id,
        status: short(20),
        amount: whole,
        paymentDeadline: time,
        createdAt: time,
        paidAt: nullable(time),
        version: whole,
      },
      primary: ['id'],
      uniques: { ux_orders_number: ['number'] },
      indices: {
        ix_orders_user: ['userId', 'id'],
        ix_orders_broadcast: ['broadcastId', 'id'],
      },
    });
    await createTable(runner, 'order_lines', {
      columns: {
        orderId: id,
        position: whole,
        skuId: id,
        productId: id,
        dealId: nullable(id),
        name: human(210),
        unitPrice: whole,
        quantity: whole,
      },
      primary: ['orderId', 'position'],
    });
    await createTable(runner, 'order_history', {
      columns: {
        orderId: id,
        version: whole,
        fromStatus: nullable(short(20)),
        toStatus: short(20),
        actor: short(60),
        reason: nullable(human(200)),
        at: time,
      },
      primary: ['orderId', 'version'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['order_history', 'order_lines', 'orders']) await runner.dropTable(table);
  }
}
