import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, text, time, whole } from './table.ts';

export class Broadcasts1763770000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'broadcasts', {
      columns: {
        id,
        sellerId: id,
        title: human(100),
        description: text,
        status: short(20),
        scheduledAt: time,
        startedAt: nullable(time),
        endedAt: nullable(time),
        noticeText: nullable(human(200)),
        noticeEmphasised: whole,
        noticePinnedAt: nullable(time),
        highlightedProductId: nullable(id),
        version: whole,
        createdAt: time,
      },
      primary: ['id'],
      indices: {
        ix_broadcasts_status: ['status', 'id'],
        ix_broadcasts_seller: ['sellerId', 'id'],
      },
    });
    await createTable(runner, 'broadcast_products', {
      columns: { broadcastId: id, productId: id, position: whole },
      primary: ['broadcastId', 'productId'],
    });
    await createTable(runner, 'broadcast_history', {
      columns: {
        broadcastId: id,
        version: whole,
        fromStatus: short(20),
        toStatus: short(20),
        actor: short(60),
        at: time,
      },
      primary: ['broadcastId', 'version'],
    });
    await createDealTables(runner);
    await createTable(runner, 'broadcast_rooms', {
      columns: { broadcastId: id, roomId: short(40), viewers: whole, reportedAt: time },
      primary: ['broadcastId', 'roomId'],
    });
    await createTable(runner, 'broadcast_peaks', {
      columns: { broadcastId: id, viewers: whole },
      primary: ['broadcastId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'broadcast_peaks',
      'broadcast_rooms',
      'deal_buyers',
      'deals',
      'broadcast_history',
      'broadcast_products',
      'broadcasts',
    ]) {
      await runner.dropTable(table);
    }
  }
}

async function createDealTables(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'deals', {
    columns: {
      id,
      broadcastId: id,
      productId: id,
      skuId: id,
      price: whole,
      startsAt: time,
      endsAt: time,
      units: whole,
      remaining: whole,
      limitPerBuyer: whole,
      version: whole,
    },
    primary: ['id'],
    indices: { ix_deals_broadcast: ['broadcastId', 'startsAt'] },
  });
  await createTable(runner, 'deal_buyers', {
    columns: { dealId: id, userId: id, quantity: whole },
    primary: ['dealId', 'userId'],
  });
}
