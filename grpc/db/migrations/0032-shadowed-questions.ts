import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ShadowedQuestions1763770000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE questions ADD COLUMN shadowed bigint NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    // Everyone would be shown them.
    await runner.query(
      'DELETE FROM question_votes WHERE questionId IN (SELECT id FROM questions WHERE shadowed = 1)',
    );
    await runner.query(
      'DELETE FROM question_history WHERE questionId IN (SELECT id FROM questions WHERE shadowed = 1)',
    );
    await runner.query('DELETE FROM questions WHERE shadowed = 1');
    await runner.query('ALTER TABLE questions DROP COLUMN shadowed');
  }
}
