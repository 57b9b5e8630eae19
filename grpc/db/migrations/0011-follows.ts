import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, id, time, whole } from './table.ts';

export class Follows1763770000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'follows', {
      columns: { id, sellerId: id, userId: id, followedAt: time },
      primary: ['id'],
      indices: { ix_follows_user: ['userId', 'id'], ix_follows_seller: ['sellerId', 'id'] },
      uniques: { ux_follows_pair: ['sellerId', 'userId'] },
    });
    await createTable(runner, 'follower_counts', {
      columns: { sellerId: id, followers: whole },
      primary: ['sellerId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('follower_counts');
    await runner.dropTable('follows');
  }
}
