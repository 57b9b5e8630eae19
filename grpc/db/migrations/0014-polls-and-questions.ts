import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, nullable, short, time, whole } from './table.ts';

export class PollsAndQuestions1763770000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createPollTables(runner);
    await createQuestionTables(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'question_history',
      'question_votes',
      'questions',
      'question_boards',
      'poll_history',
      'poll_votes',
      'poll_options',
      'polls',
      'poll_desks',
    ]) {
      await runner.dropTable(table);
    }
  }
}

async function createPollTables(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'poll_desks', {
    columns: { broadcastId: id, lastOrdinal: whole, openPollId: nullable(id) },
    primary: ['broadcastId'],
  });
  await createTable(runner, 'polls', {
    columns: {
      id,
      broadcastId: id,
      ordinal: whole,
      question: human(200),
      multiple: whole,
      hidesResults: whole,
      status: short(10),
      openedAt: time,
      endsAt: nullable(time),
      closedAt: nullable(time),
      voters: whole,
      version: whole,
    },
    primary: ['id'],
    uniques: { ux_polls_ordinal: ['broadcastId', 'ordinal'] },
  });
  await createTable(runner, 'poll_options', {
    columns: { pollId: id, position: whole, text: human(100), votes: whole },
    primary: ['pollId', 'position'],
  });
  await createTable(runner, 'poll_votes', {
    columns: { pollId: id, userId: id, position: whole, requestId: short(64), votedAt: time },
    primary: ['pollId', 'userId', 'position'],
  });
  await createTable(runner, 'poll_history', {
    columns: { id, pollId: id, action: short(10), actor: id, at: time },
    primary: ['id'],
    indices: { ix_poll_history_poll: ['pollId', 'id'] },
  });
}

async function createQuestionTables(runner: QueryRunner): Promise<void> {
  await createTable(runner, 'question_boards', {
    columns: {
      broadcastId: id,
      openCount: whole,
      pinnedId: nullable(id),
      pinnedAt: nullable(time),
      version: whole,
    },
    primary: ['broadcastId'],
  });
  await createTable(runner, 'questions', {
    columns: {
      id,
      broadcastId: id,
      userId: id,
      name: human(80),
      requestId: short(64),
      text: human(200),
      hidden: whole,
      answer: nullable(human(500)),
      answeredAt: nullable(time),
      votes: whole,
      askedAt: time,
    },
    primary: ['id'],
    indices: {
      ix_questions_newest: ['broadcastId', 'id'],
      ix_questions_votes: ['broadcastId', 'votes', 'id'],
      ix_questions_asker: ['broadcastId', 'userId', 'askedAt'],
    },
    uniques: { ux_questions_request: ['broadcastId', 'userId', 'requestId'] },
  });
  await createTable(runner, 'question_votes', {
    columns: { questionId: id, userId: id, votedAt: time },
    primary: ['questionId', 'userId'],
  });
  await createTable(runner, 'question_history', {
    columns: {
      id,
      questionId: id,
      action: short(10),
      detail: human(500),
      actor: id,
      at: time,
    },
    primary: ['id'],
    indices: { ix_question_history_question: ['questionId', 'id'] },
  });
}
