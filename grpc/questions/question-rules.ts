import { DomainError, RequestIdReused } from '../../common/errors/index.ts';
import type { QuestionRow } from './entities.ts';

/** A question that someone wants to ask, its text cleaned. */
export interface NewQuestion {
  readonly requestId: string;
  readonly broadcastId: string;
  readonly userId: string;
  readonly name: string;
  readonly text: string;
}

/** Where a question stands. */
export const questionStatuses = ['open', 'answered', 'hidden'] as const;
export type QuestionStatus = (typeof questionStatuses)[number];

export function statusOf({
  hidden,
  answer,
}: Pick<QuestionRow, 'hidden' | 'answer'>): QuestionStatus {
  if (hidden === 1) return 'hidden';
  return answer === null ? 'open' : 'answered';
}

/** The question as its asker sees it, in the shadow or not. */
export function asAnyOther(row: QuestionRow): QuestionRow {
  return { ...row, shadowed: 0 };
}

/** What a change of one question, that everyone sees, does to the number of open ones. */
export function openDelta(before: QuestionRow, after: QuestionRow): number {
  return Number(statusOf(after) === 'open') - Number(statusOf(before) === 'open');
}

/** Most questions of one person in a broadcast within `askWindowMs`. */
export const maxAsked = 3;
export const askWindowMs = 60_000;

/**
 * Why someone who asked at these times may not ask at `now`, or undefined. Asking is for what
 * stands until it is answered; for talk there is the chat.
 */
export function refuseHaste(askedAt: readonly number[], now: number): DomainError | undefined {
  const recent = askedAt.filter((at) => at > now - askWindowMs).sort((a, b) => b - a);
  const oldestThatCounts = recent[maxAsked - 1];
  if (oldestThatCounts === undefined) return undefined;
  return new DomainError('RATE_LIMITED', `at most ${maxAsked} questions a minute`, {
    retryAfterMs: String(oldestThatCounts + askWindowMs - now),
  });
}

/** What a request that was answered is answered again: its question, unless it asks another. */
export function answerAgain(asked: NewQuestion, before: QuestionRow): QuestionRow | DomainError {
  return before.text === asked.text ? before : new RequestIdReused(asked.requestId);
}
