import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { banned } from '../broadcasts/index.ts';
import type { Judgement } from '../chat/index.ts';
import { accepted, type Outcome, refused, type Tx } from '../db/index.ts';
import type { QuestionRow } from './entities.ts';
import {
  answerAgain,
  asAnyOther,
  askWindowMs,
  type NewQuestion,
  refuseHaste,
} from './question-rules.ts';
import { publishBoards, type QuestionsDeps } from './questions-deps.ts';
import { findAsked, findRecent, insertQuestions, lockBoards, writeBoard } from './store.ts';

/**
 * Stores a batch of questions under the locks of their boards, each decided by itself in order of
 * arrival: the chat's rules for words, links and mutes hold here too. One that was asked before
 * under the same request id is answered and not stored again. What is asked in the shadow is
 * answered as any other, and changes nothing that others see.
 */
export async function askQuestions(
  deps: QuestionsDeps,
  tx: Tx,
  asked: readonly NewQuestion[],
): Promise<Outcome<QuestionRow>[]> {
  const boards = await lockBoards(
    tx,
    asked.map((one) => one.broadcastId),
  );
  // Read after the locks: whoever waited for them is judged by the time they got them.
  const now = deps.clock.now();
  const known = new Map((await findAsked(tx, asked)).map((row) => [keyOf(row), row]));
  const times = Map.groupBy(await findRecent(tx, asked, now - askWindowMs), askerOf);
  const standings = await deps.broadcasts.standingsOf(tx, asked);
  const judgements = await judge(deps, tx, asked, standings);
  const fresh: QuestionRow[] = [];

  function decide(one: NewQuestion, i: number): QuestionRow | DomainError {
    const before = known.get(keyOf(one));
    if (before !== undefined) return answerAgain(one, before);
    const until = standings[i]?.bannedUntil;
    if (until !== undefined) return banned(until);
    const judgement = judgements[i];
    if (judgement === undefined) throw new Error('a question was not judged');
    const recent = times.get(askerOf(one)) ?? [];
    const haste = refuseHaste(
      recent.map((row) => row.askedAt),
      now,
    );
    if (haste !== undefined) return haste;
    // Last, for it is what takes longest.
    const refusal = judgement.refusal();
    if (refusal !== undefined) return refusal;
    const row = toRow(one, now, judgement);
    known.set(keyOf(one), row);
    times.set(askerOf(one), [...recent, row]);
    fresh.push(row);
    return row;
  }

  const outcomes = asked.map((one, i): Outcome<QuestionRow> => {
    const answer = decide(one, i);
    return answer instanceof DomainError ? refused(answer) : accepted(asAnyOther(answer));
  });

  const seen = fresh.filter((row) => row.shadowed === 0);
  const byBoard = Map.groupBy(seen, (row) => row.broadcastId);
  await insertQuestions(tx, fresh);
  for (const [broadcastId, rows] of byBoard) {
    const board = boards.get(broadcastId);
    if (board === undefined) throw new Error(`the board of ${broadcastId} is not locked`);
    await writeBoard(tx, { ...board, openCount: board.openCount + rows.length });
  }
  await publishBoards(deps.pulse, tx, byBoard.keys());
  return outcomes;
}

/** What the chats of the broadcasts say of the words, in order: whoever keeps order may say more. */
function judge(
  { chat }: QuestionsDeps,
  tx: Tx,
  asked: readonly NewQuestion[],
  standings: Awaited<ReturnType<QuestionsDeps['broadcasts']['standingsOf']>>,
): Promise<readonly Judgement[]> {
  const texts = asked.map(({ broadcastId, userId, text }, i) => {
    return { broadcastId, userId, text, role: standings[i]?.role ?? 'viewer' };
  });
  return chat.judgeTextsIn(tx, texts);
}

/** Ids hold no spaces, so the parts can't run into each other. */
function askerOf({ broadcastId, userId }: Pick<NewQuestion, 'broadcastId' | 'userId'>): string {
  return `${broadcastId} ${userId}`;
}

function keyOf(one: Pick<NewQuestion, 'broadcastId' | 'userId' | 'requestId'>): string {
  return `${askerOf(one)} ${one.requestId}`;
}

function toRow(asked: NewQuestion, askedAt: number, { shadowed }: Judgement): QuestionRow {
  const id = newId('qst');
  return {
    id,
    ...asked,
    hidden: 0,
    shadowed: shadowed ? 1 : 0,
    answer: null,
    answeredAt: null,
    votes: 0,
    askedAt,
  };
}
