import { NotFound } from '../../common/errors/index.ts';
import { banned } from '../broadcasts/index.ts';
import { accepted, type Outcome, refused, type Tx } from '../db/index.ts';
import type { QuestionRow, QuestionVoteRow } from './entities.ts';
import { bannedOf, publishBoards, type QuestionsDeps } from './questions-deps.ts';
import {
  findUpvotes,
  insertUpvotes,
  lockBoards,
  readQuestions,
  writeBoard,
  writeVotes,
} from './store.ts';

/** A vote that someone gives a question. */
export interface NewUpvote {
  readonly questionId: string;
  readonly userId: string;
}

/**
 * Counts a batch of votes under the locks of the questions' boards, each by itself, and answers the
 * question's votes then. A vote that is there already changes nothing. A hidden question takes no
 * votes: for viewers it is not there. One asked in the shadow takes its asker's.
 */
export async function upvoteQuestions(
  deps: QuestionsDeps,
  tx: Tx,
  upvotes: readonly NewUpvote[],
): Promise<Outcome<number>[]> {
  const ids = upvotes.map((one) => one.questionId);
  const where = new Map((await readQuestions(tx, ids)).map((row) => [row.id, row.broadcastId]));
  const boards = await lockBoards(tx, [...where.values()]);
  // Again, under the locks: what was read before them may have changed meanwhile.
  const questions = new Map((await readQuestions(tx, ids)).map((row) => [row.id, row]));
  const known = new Set((await findUpvotes(tx, upvotes)).map(keyOf));
  const keptOut = await bannedOf(
    deps,
    tx,
    upvotes.flatMap(({ questionId, userId }) => {
      const broadcastId = where.get(questionId);
      return broadcastId === undefined ? [] : [{ broadcastId, userId }];
    }),
  );
  const votedAt = deps.clock.now();
  const fresh: QuestionVoteRow[] = [];
  const votes = new Map<string, number>();

  const outcomes = upvotes.map((one): Outcome<number> => {
    const question = questions.get(one.questionId);
    if (question === undefined || !isThereFor(one.userId, question)) {
      return refused(new NotFound('question', one.questionId));
    }
    const until = keptOut.get(`${question.broadcastId} ${one.userId}`);
    if (until !== undefined) return refused(banned(until));
    const before = votes.get(question.id) ?? question.votes;
    if (known.has(keyOf(one))) return accepted(before);
    known.add(keyOf(one));
    fresh.push({ ...one, votedAt });
    votes.set(question.id, before + 1);
    return accepted(before + 1);
  });

  await Promise.all([insertUpvotes(tx, fresh), writeVotes(tx, votes)]);
  // Rooms show the votes of pinned questions alone.
  const shown = [...boards.values()].filter(
    ({ pinnedId }) => pinnedId !== null && votes.has(pinnedId),
  );
  for (const board of shown) await writeBoard(tx, board);
  await publishBoards(
    deps.pulse,
    tx,
    shown.map((board) => board.broadcastId),
  );
  return outcomes;
}

function isThereFor(userId: string, question: QuestionRow): boolean {
  return question.hidden === 0 && (question.shadowed === 0 || question.userId === userId);
}

/** Ids hold no spaces, so the parts can't run into each other. */
function keyOf({ questionId, userId }: NewUpvote): string {
  return `${questionId} ${userId}`;
}
