import { type Database, placeholders, type Reader, type Tx } from '../db/index.ts';
import { isoTime, nameOfLeavers, type PersonalData } from '../personal-data.ts';
import type { QuestionRow } from './entities.ts';
import { lockBoards, writeBoard } from './store.ts';

/** Boards that are looked through at once. */
const boardsPerPage = 100;

/** What boards hold of people: their questions stay, under no name. */
export function createQuestionsPersonalData({ db }: { readonly db: Database }): PersonalData {
  return {
    async eraseRest(userId) {
      const boards = await findBoards(db.primary, userId, '', `AND q.name <> '${nameOfLeavers}'`);
      for (const broadcastId of boards) {
        await db.transaction((tx) => eraseName(tx, broadcastId, userId));
      }
      return boards.length < boardsPerPage;
    },
    sections: {
      async questions(read, { userId, after }) {
        const boards = await findBoards(read, userId, after, '');
        if (boards.length === 0) return { items: [], next: '' };
        const rows = await read.rows<QuestionRow>(
          `SELECT * FROM questions WHERE broadcastId IN (${placeholders(boards)}) AND userId = ?
           ORDER BY broadcastId, id`,
          [...boards, userId],
        );
        const items = rows.map(({ broadcastId, text, answer, askedAt }) => {
          return { broadcastId, text, answer, askedAt: isoTime(askedAt) };
        });
        return { items, next: boards.length < boardsPerPage ? '' : (boards.at(-1) ?? '') };
      },
    },
  };
}

async function findBoards(
  read: Reader,
  userId: string,
  after: string,
  and: string,
): Promise<string[]> {
  const rows = await read.rows<{ broadcastId: string }>(
    `SELECT b.broadcastId AS broadcastId FROM question_boards b
     WHERE b.broadcastId > ? AND EXISTS (
       SELECT 1 FROM questions q WHERE q.broadcastId = b.broadcastId AND q.userId = ? ${and})
     ORDER BY b.broadcastId LIMIT ${boardsPerPage}`,
    [after, userId],
  );
  return rows.map((row) => row.broadcastId);
}

async function eraseName(tx: Tx, broadcastId: string, userId: string): Promise<void> {
  const board = (await lockBoards(tx, [broadcastId])).get(broadcastId);
  if (board === undefined) return;
  await tx.execute('UPDATE questions SET name = ? WHERE broadcastId = ? AND userId = ?', [
    nameOfLeavers,
    broadcastId,
    userId,
  ]);
  await writeBoard(tx, board);
}
