import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, text, time, whole } from './table.ts';

export class Catalog1763770000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'products', {
      columns: {
        id,
        sellerId: id,
        name: human(120),
        description: text,
        status: short(20),
        version: whole,
        createdAt: time,
      },
      primary: ['id'],
      indices: { ix_products_seller: ['sellerId', 'id'] },
    });
    await createTable(runner, 'skus', {
      columns: { id, productId: id, position: whole, name: human(80), price: whole },
      primary: ['id'],
      indices: { ix_skus_product: ['productId', 'position'] },
    });
    await createTable(runner, 'stock', {
      columns: {
        skuId: id,
        received: whole,
        adjustedOut: whole,
        available: whole,
        held: whole,
        sold: whole,
        version: whole,
      },
      primary: ['skuId'],
    });
    await createTable(runner, 'stock_movements', {
      columns: {
        id,
        skuId: id,
        kind: short(20),
        quantity: whole,
        orderId: nullable(id),
        reason: nullable(human(200)),
        actor: short(60),
        createdAt: time,
      },
      primary: ['id'],
      indices: { ix_stock_movements_sku: ['skuId', 'id'] },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['stock_movements', 'stock', 'skus', 'products']) {
      await runner.dropTable(table);
    }
  }
}
