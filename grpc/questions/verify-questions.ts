import type { Reader } from '../db/index.ts';

/**
 * Answers a sentence for each question whose votes are not what is stored, and for each board that
 * counts other than its questions that wait for an answer.
 */
export async function verifyQuestions(read: Reader): Promise<string[]> {
  const questions = await read.rows<{ id: string; votes: number; stored: number }>(
    `SELECT q.id AS id, q.votes AS votes, COUNT(v.userId) AS stored
     FROM questions q LEFT JOIN question_votes v ON v.questionId = q.id
     GROUP BY q.id, q.votes HAVING q.votes <> COUNT(v.userId)`,
  );
  const boards = await read.rows<{ broadcastId: string; openCount: number; stored: number }>(
    `SELECT b.broadcastId AS broadcastId, b.openCount AS openCount, COUNT(q.id) AS stored
     FROM question_boards b
     LEFT JOIN questions q ON q.broadcastId = b.broadcastId AND q.hidden = 0
       AND q.shadowed = 0 AND q.answer IS NULL
     GROUP BY b.broadcastId, b.openCount HAVING b.openCount <> COUNT(q.id)`,
  );
  return [
    ...questions.map(
      ({ id, votes, stored }) => `${id}: counts ${votes} votes, ${stored} are stored`,
    ),
    ...boards.map(({ broadcastId, openCount, stored }) => {
      return `${broadcastId}: counts ${openCount} open questions, ${stored} are`;
    }),
  ];
}
