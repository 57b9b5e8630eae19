import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';
import { createTable, human, id, text, time, whole } from './table.ts';

export class SellerPages1763770000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'seller_profiles', {
      columns: {
        sellerId: id,
        name: human(40),
        introduction: text,
        version: whole,
        updatedAt: time,
      },
      primary: ['sellerId'],
    });
    await createTable(runner, 'seller_documents', {
      columns: { applicationId: id, position: whole, fileId: id },
      primary: ['applicationId', 'position'],
    });
    const columnNames = ['sellerId', 'paidAt'];
    await runner.createIndex(
      'orders',
      new TableIndex({ name: 'ix_orders_seller_paid', columnNames }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('orders', 'ix_orders_seller_paid');
    await runner.dropTable('seller_documents');
    await runner.dropTable('seller_profiles');
  }
}
