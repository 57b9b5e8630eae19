import { newId } from '../../common/ids.ts';
import { placeholders, type Reader, type SqlValue, type Tx } from '../db/index.ts';
import type { QuestionAction, QuestionBoardRow, QuestionRow, QuestionVoteRow } from './entities.ts';
import type { NewQuestion, QuestionStatus } from './question-rules.ts';

/** A board with its pinned question. */
export interface BoardWithPinned extends QuestionBoardRow {
  readonly pinned: QuestionRow | undefined;
}

const emptyBoard = { openCount: 0, pinnedId: null, pinnedAt: null, version: 0 } as const;

/** Boards by broadcast, locked in sorted order; made where they are missing. */
export async function lockBoards(
  tx: Tx,
  broadcastIds: readonly string[],
): Promise<Map<string, QuestionBoardRow>> {
  const sorted = [...new Set(broadcastIds)].sort();
  if (sorted.length === 0) return new Map();
  const lock = () =>
    tx.rows<QuestionBoardRow>(
      `SELECT * FROM question_boards WHERE broadcastId IN (${placeholders(sorted)})
       ORDER BY broadcastId${tx.dialect.forUpdate}`,
      sorted,
    );
  let rows = await lock();
  if (rows.length < sorted.length) {
    const found = new Set(rows.map((row) => row.broadcastId));
    const missing = sorted.filter((id) => !found.has(id));
    await tx.insertNew(
      'question_boards',
      missing.map((broadcastId) => ({ broadcastId, ...emptyBoard })),
    );
    rows = await lock();
  }
  return new Map(rows.map((row) => [row.broadcastId, row]));
}

/** Writes a locked board under its next version. */
export async function writeBoard(tx: Tx, board: QuestionBoardRow): Promise<void> {
  await tx.execute(
    `UPDATE question_boards SET openCount = ?, pinnedId = ?, pinnedAt = ?, version = ?
     WHERE broadcastId = ?`,
    [board.openCount, board.pinnedId, board.pinnedAt, board.version + 1, board.broadcastId],
  );
}

export async function readBoard(read: Reader, broadcastId: string): Promise<BoardWithPinned> {
  const row = await read.row<QuestionBoardRow>(
    'SELECT * FROM question_boards WHERE broadcastId = ?',
    [broadcastId],
  );
  if (row === undefined) return { broadcastId, ...emptyBoard, pinned: undefined };
  if (row.pinnedId === null) return { ...row, pinned: undefined };
  return { ...row, pinned: await readQuestion(read, row.pinnedId) };
}

export async function readQuestion(read: Reader, id: string): Promise<QuestionRow | undefined> {
  return (await readQuestions(read, [id]))[0];
}

/** Questions by id; unknown ids are left out. */
export function readQuestions(read: Reader, ids: readonly string[]): Promise<QuestionRow[]> {
  const distinct = [...new Set(ids)];
  if (distinct.length === 0) return Promise.resolve([]);
  return read.rows<QuestionRow>(
    `SELECT * FROM questions WHERE id IN (${placeholders(distinct)}) ORDER BY id`,
    distinct,
  );
}

/** Those that were asked before, by the same people under the same request ids. */
export function findAsked(tx: Tx, asked: readonly NewQuestion[]): Promise<QuestionRow[]> {
  return tx.rows<QuestionRow>(
    `SELECT * FROM questions WHERE (broadcastId, userId, requestId) IN
     (${tx.dialect.tupleList}${asked.map(() => '(?,?,?)').join(',')})`,
    asked.flatMap(({ broadcastId, userId, requestId }) => [broadcastId, userId, requestId]),
  );
}

/** When these people asked after `since` in these broadcasts. */
export function findRecent(
  tx: Tx,
  askers: readonly Pick<NewQuestion, 'broadcastId' | 'userId'>[],
  since: number,
): Promise<Pick<QuestionRow, 'broadcastId' | 'userId' | 'askedAt'>[]> {
  return tx.rows(
    `SELECT broadcastId, userId, askedAt FROM questions WHERE (broadcastId, userId) IN
     (${tx.dialect.tupleList}${askers.map(() => '(?,?)').join(',')}) AND askedAt > ?`,
    [...askers.flatMap(({ broadcastId, userId }) => [broadcastId, userId]), since],
  );
}

export async function insertQuestions(tx: Tx, rows: readonly QuestionRow[]): Promise<void> {
  await tx.insert(
    'questions',
    rows.map((row) => ({ ...row })),
  );
}

/** Writes what the host may change of a question. */
export async function writeQuestion(tx: Tx, row: QuestionRow): Promise<void> {
  await tx.execute('UPDATE questions SET hidden = ?, answer = ?, answeredAt = ? WHERE id = ?', [
    row.hidden,
    row.answer,
    row.answeredAt,
    row.id,
  ]);
}

/** Notes who did what. */
export async function noteQuestion(
  tx: Tx,
  note: {
    readonly questionId: string;
    readonly action: QuestionAction;
    readonly detail?: string;
    readonly actor: string;
    readonly at: number;
  },
): Promise<void> {
  await tx.insert('question_history', [{ id: newId('aud'), detail: '', ...note }]);
}

type Voter = Pick<QuestionVoteRow, 'questionId' | 'userId'>;

/** Those of the votes that are there. */
export function findUpvotes(tx: Tx, voters: readonly Voter[]): Promise<Voter[]> {
  return tx.rows<Voter>(
    `SELECT questionId, userId FROM question_votes WHERE (questionId, userId) IN
     (${tx.dialect.tupleList}${voters.map(() => '(?,?)').join(',')})`,
    voters.flatMap(({ questionId, userId }) => [questionId, userId]),
  );
}

export async function insertUpvotes(tx: Tx, rows: readonly QuestionVoteRow[]): Promise<void> {
  await tx.insert(
    'question_votes',
    rows.map((row) => ({ ...row })),
  );
}

/** Writes the votes of questions whose boards are locked. */
export async function writeVotes(tx: Tx, votes: ReadonlyMap<string, number>): Promise<void> {
  if (votes.size === 0) return;
  const ids = [...votes.keys()];
  await tx.execute(
    `UPDATE questions SET votes = CASE id ${ids.map(() => 'WHEN ? THEN ?').join(' ')} END
     WHERE id IN (${placeholders(ids)})`,
    [...[...votes].flat(), ...ids],
  );
}

/** Where a page begins: after a question, and by votes after its votes as they were. */
export type QuestionPosition =
  | { readonly order: 'newest'; readonly id?: string }
  | { readonly order: 'votes'; readonly after?: { readonly votes: number; readonly id: string } };

/** Which questions to list; without a status all but hidden ones. */
export interface QuestionQuery {
  readonly broadcastId: string;
  readonly status: QuestionStatus | undefined;
  readonly position: QuestionPosition;
  readonly limit: number;
}

/** Conditions of each status, as statusOf has it. */
const conditionOf: Readonly<Record<QuestionStatus | 'shown', string>> = {
  shown: 'hidden = 0',
  open: 'hidden = 0 AND answer IS NULL',
  answered: 'hidden = 0 AND answer IS NOT NULL',
  hidden: 'hidden = 1',
};

/** Whose of those asked in the shadow are listed: everyone's, or only one person's or nobody's. */
export type Shadows = 'all' | { readonly shadowedOf: string | undefined };

/** A page, with one more than asked for if there are more. */
export function listQuestions(
  read: Reader,
  query: QuestionQuery,
  shadows: Shadows,
): Promise<QuestionRow[]> {
  const { broadcastId, status = 'shown', position, limit } = query;
  const conditions = ['broadcastId = ?', conditionOf[status]];
  const parameters: SqlValue[] = [broadcastId];
  if (shadows !== 'all') {
    conditions.push('(shadowed = 0 OR userId = ?)');
    parameters.push(shadows.shadowedOf ?? '');
  }
  if (position.order === 'newest' && position.id !== undefined) {
    conditions.push('id < ?');
    parameters.push(position.id);
  }
  if (position.order === 'votes' && position.after !== undefined) {
    const { votes, id } = position.after;
    conditions.push('(votes < ? OR (votes = ? AND id < ?))');
    parameters.push(votes, votes, id);
  }
  const order = position.order === 'votes' ? 'votes DESC, id DESC' : 'id DESC';
  return read.rows<QuestionRow>(
    `SELECT * FROM questions WHERE ${conditions.join(' AND ')}
     ORDER BY ${order} LIMIT ${limit + 1}`,
    parameters,
  );
}
