import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, human, id, short, text, time, whole } from './table.ts';

const settings = {
  mode: short(10),
  slowModeSeconds: whole,
  linkPolicy: short(10),
  holdPolicy: short(10),
  repeatLimit: whole,
  repeatSeconds: whole,
  floodMessages: whole,
  floodSeconds: whole,
  roomMessagesPerSecond: whole,
};

export class ChatPolicy1763770000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_channels RENAME TO chat_channels_before');
    await createTable(runner, 'chat_channels', {
      columns: {
        broadcastId: id,
        lastSeq: whole,
        roomSecond: whole,
        roomCount: whole,
        version: whole,
        ...settings,
      },
      primary: ['broadcastId'],
    });
    await runner.query(
      `INSERT INTO chat_channels (broadcastId, lastSeq, roomSecond, roomCount, version, mode,
       slowModeSeconds, linkPolicy, holdPolicy, repeatLimit, repeatSeconds, floodMessages,
       floodSeconds, roomMessagesPerSecond)
       SELECT broadcastId, lastSeq, 0, 0, 1, 'everyone', 0, 'refuse', 'doubtful', 3, 30, 100, 10, 1000
       FROM chat_channels_before`,
    );
    await runner.dropTable('chat_channels_before');
    await createTable(runner, 'chat_defaults', {
      columns: { sellerId: id, ...settings },
      primary: ['sellerId'],
    });
    await createTable(runner, 'chat_speakers', {
      columns: {
        broadcastId: id,
        userId: id,
        lastSaidAt: time,
        floodAt: time,
        recent: text,
        wasHeld: whole,
      },
      primary: ['broadcastId', 'userId'],
      indices: { ix_chat_speakers_last: ['lastSaidAt'] },
    });
    await createTable(runner, 'chat_words', {
      columns: {
        id,
        ownerId: id,
        formHash: short(43),
        word: human(50),
        action: short(10),
        addedBy: id,
        addedAt: time,
      },
      primary: ['id'],
      uniques: { ux_chat_words_form: ['ownerId', 'formHash'] },
    });
    await createTable(runner, 'chat_word_lists', {
      columns: { ownerId: id, version: whole, words: whole },
      primary: ['ownerId'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['chat_word_lists', 'chat_words', 'chat_speakers', 'chat_defaults']) {
      await runner.dropTable(table);
    }
    await runner.query('ALTER TABLE chat_channels RENAME TO chat_channels_after');
    await createTable(runner, 'chat_channels', {
      columns: { broadcastId: id, lastSeq: whole },
      primary: ['broadcastId'],
    });
    await runner.query(
      'INSERT INTO chat_channels (broadcastId, lastSeq) SELECT broadcastId, lastSeq FROM chat_channels_after',
    );
    await runner.dropTable('chat_channels_after');
  }
}
