import type { UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { once, type Tx } from '../db/index.ts';
import type { QuestionAction, QuestionBoardRow, QuestionRow } from './entities.ts';
import { openDelta } from './question-rules.ts';
import { publishBoards, type QuestionsDeps } from './questions-deps.ts';
import type { AnswerInput, HideInput, PinInput } from './requests.ts';
import { lockBoards, noteQuestion, readQuestion, writeBoard, writeQuestion } from './store.ts';

/** What someone asks to be done with the questions of a broadcast. */
interface Change {
  /** Name of the RPC, for the memory of requests. */
  readonly action: string;
  readonly actor: UserActor;
  readonly requestId: string;
  /** The rest of the request. */
  readonly input: unknown;
}

/**
 * Runs a change of a board: locked, by those who keep order, once for each request id. A board that
 * `change` answers as it was is no news.
 */
async function changeBoard(
  deps: QuestionsDeps,
  { action, actor, requestId, input }: Change,
  locate: (tx: Tx) => Promise<string>,
  change: (tx: Tx, board: QuestionBoardRow, now: number) => Promise<QuestionBoardRow>,
): Promise<void> {
  const { db, clock, pulse, broadcasts } = deps;
  const key = { action, by: actor.userId, requestId, input };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const broadcastId = await locate(tx);
      await broadcasts.requireAuthority(tx, actor, broadcastId);
      const board = (await lockBoards(tx, [broadcastId])).get(broadcastId);
      if (board === undefined) throw new Error(`the board of ${broadcastId} is not locked`);
      const changed = await change(tx, board, clock.now());
      if (changed === board) return null;
      await writeBoard(tx, changed);
      await publishBoards(pulse, tx, [broadcastId]);
      return null;
    }),
  );
}

/** The same, of one question; `change` answers the question as it is to be. */
function changeQuestion(
  deps: QuestionsDeps,
  request: Change & { readonly questionId: string },
  change: (
    row: QuestionRow,
    now: number,
  ) => { readonly row: QuestionRow; readonly note?: [action: QuestionAction, detail?: string] },
): Promise<void> {
  const { questionId, actor } = request;
  const find = async (tx: Tx) => {
    const row = await readQuestion(tx, questionId);
    if (row === undefined) throw new NotFound('question', questionId);
    return row;
  };
  const locate = async (tx: Tx) => (await find(tx)).broadcastId;
  return changeBoard(deps, request, locate, async (tx, board, now) => {
    const before = await find(tx);
    const { row, note } = change(before, now);
    if (note === undefined) return board;
    const [action, detail = ''] = note;
    await writeQuestion(tx, row);
    await noteQuestion(tx, { questionId, action, detail, actor: actor.userId, at: now });
    if (row.shadowed === 1) return board;
    const openCount = board.openCount + openDelta(before, row);
    if (row.hidden === 0 || board.pinnedId !== row.id) return { ...board, openCount };
    await noteQuestion(tx, { questionId, action: 'unpinned', actor: actor.userId, at: now });
    return { ...board, openCount, pinnedId: null, pinnedAt: null };
  });
}

/**
 * Answers a question, or replaces its answer; the former one stays in the history. Once for each
 * request id.
 * @throws NotFound, PermissionDenied unless host, moderator or admin
 */
export function answerQuestion(
  deps: QuestionsDeps,
  actor: UserActor,
  { requestId, questionId, text }: AnswerInput,
): Promise<void> {
  const action = 'questions.answerQuestion';
  const request = { action, actor, requestId, questionId, input: [questionId, text] };
  return changeQuestion(deps, request, (row, now) => ({
    row: { ...row, answer: text, answeredAt: now },
    note: ['answered', text],
  }));
}

/**
 * Hides a question from viewers, or shows it again; hidden, it is pinned no longer. Once for each
 * request id.
 * @throws NotFound, PermissionDenied unless host, moderator or admin
 */
export function hideQuestion(
  deps: QuestionsDeps,
  actor: UserActor,
  { requestId, questionId, hidden }: HideInput,
): Promise<void> {
  const action = 'questions.hideQuestion';
  const request = { action, actor, requestId, questionId, input: [questionId, hidden] };
  return changeQuestion(deps, request, (row) => {
    const after = { ...row, hidden: hidden ? 1 : 0 };
    if (after.hidden === row.hidden) return { row };
    return { row: after, note: [hidden ? 'hidden' : 'shown'] };
  });
}

/**
 * Pins a question of the broadcast in the place of another, or none. Once for each request id.
 * @throws NotFound, also for another broadcast's question, for a hidden one and for one asked in the
 *   shadow; PermissionDenied unless host, moderator or admin
 */
export function pinQuestion(
  deps: QuestionsDeps,
  actor: UserActor,
  { requestId, broadcastId, questionId }: PinInput,
): Promise<void> {
  const action = 'questions.pinQuestion';
  const request = { action, actor, requestId, input: [broadcastId, questionId] };
  const pinnedId = questionId === '' ? null : questionId;
  return changeBoard(
    deps,
    request,
    async () => broadcastId,
    async (tx, board, now) => {
      if (pinnedId === board.pinnedId) return board;
      const by = { actor: actor.userId, at: now };
      if (pinnedId !== null) {
        const row = await readQuestion(tx, pinnedId);
        if (row?.broadcastId !== broadcastId || row.hidden === 1 || row.shadowed === 1) {
          throw new NotFound('question', questionId);
        }
      }
      if (board.pinnedId !== null) {
        await noteQuestion(tx, { questionId: board.pinnedId, action: 'unpinned', ...by });
      }
      if (pinnedId !== null)
        await noteQuestion(tx, { questionId: pinnedId, action: 'pinned', ...by });
      return { ...board, pinnedId, pinnedAt: pinnedId === null ? null : now };
    },
  );
}
