import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, createTable, human, id, nullable, short, text, time } from './table.ts';

export class Accounts1763770000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'users', {
      language: nullable(short(2)),
      emailVerifiedAt: nullable(time),
      tosVersion: nullable(short(20)),
      tosAgreedAt: nullable(time),
      marketingConsentAt: nullable(time),
      suspendedAt: nullable(time),
    });
    await createTable(runner, 'account_changes', {
      columns: {
        id,
        userId: id,
        kind: short(20),
        reason: human(500),
        changedBy: id,
        changedAt: time,
      },
      primary: ['id'],
      indices: { ix_account_changes_user: ['userId', 'id'] },
    });
    await createTable(runner, 'account_links', {
      columns: {
        id,
        userId: id,
        kind: short(20),
        tokenHash: short(43),
        emailKey: short(254),
        createdAt: time,
        expiresAt: time,
      },
      primary: ['id'],
      indices: { ix_account_links_user: ['userId', 'kind'] },
      uniques: { ux_account_links_token: ['tokenHash'] },
    });
    await createTable(runner, 'terms', {
      columns: {
        version: short(20),
        textKo: text,
        textEn: text,
        effectiveAt: time,
        publishedAt: time,
        publishedBy: id,
      },
      primary: ['version'],
      indices: { ix_terms_effective: ['effectiveAt'] },
    });
    await createTable(runner, 'tos_agreements', {
      columns: { userId: id, version: short(20), agreedAt: time },
      primary: ['userId', 'version'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['tos_agreements', 'terms', 'account_links', 'account_changes']) {
      await runner.dropTable(table);
    }
    await runner.dropColumns('users', [
      'language',
      'emailVerifiedAt',
      'tosVersion',
      'tosAgreedAt',
      'marketingConsentAt',
      'suspendedAt',
    ]);
  }
}
