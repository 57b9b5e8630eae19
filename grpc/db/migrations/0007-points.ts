import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, integer, nullable, short, time, whole } from './table.ts';

export class Points1763770000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'point_accounts', {
      columns: { id, posted: whole, pendingOut: whole },
      primary: ['id'],
    });
    await createTable(runner, 'point_transfers', {
      columns: {
        id,
        kind: short(10),
        userId: id,
        debitAccount: id,
        creditAccount: id,
        amount: whole,
        holdId: nullable(id),
        resolvedHoldId: nullable(id),
        reference: human(100),
        reason: human(200),
        actor: short(60),
        createdAt: time,
      },
      primary: ['id'],
      indices: { ix_point_transfers_user: ['userId', 'id'] },
      uniques: { ux_point_transfers_resolved: ['resolvedHoldId'] },
    });
    await createTable(runner, 'point_lots', {
      columns: {
        id,
        userId: id,
        chargeId: id,
        amount: whole,
        remaining: whole,
        live: integer,
        expiresAt: time,
      },
      primary: ['id'],
      indices: {
        ix_point_lots_user: ['userId', 'live'],
        ix_point_lots_lapse: ['live', 'expiresAt'],
      },
    });
    await createTable(runner, 'point_lot_uses', {
      columns: { transferId: id, lotId: id, holdId: nullable(id), amount: whole },
      primary: ['transferId', 'lotId'],
      indices: { ix_point_lot_uses_hold: ['holdId'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['point_lot_uses', 'point_lots', 'point_transfers', 'point_accounts']) {
      await runner.dropTable(table);
    }
  }
}
