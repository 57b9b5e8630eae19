import { z } from 'zod';
import { InvalidArgument } from '../../common/errors/index.ts';
import {
  type AnswerQuestionRequest,
  type NewQuestion as ProtoNewQuestion,
  QuestionOrder,
  QuestionStatus,
} from '../../proto/gen/onair/questions/v1/questions.ts';
import { cleanText } from '../chat/index.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { createEnumCodec, wordFilter } from '../rpc/enum-codec.ts';
import { idOf, requestId, text } from '../rpc/fields.ts';
import { decodePageToken, encodePageToken, pageSize } from '../rpc/paging.ts';
import type { QuestionRow } from './entities.ts';
import { type NewQuestion, questionStatuses } from './question-rules.ts';
import type { QuestionPosition } from './store.ts';

export const questionStatusCodec = createEnumCodec(QuestionStatus, questionStatuses);
const orderCodec = createEnumCodec(QuestionOrder, ['newest', 'votes'] as const);

const broadcastId = idOf('brc');
const questionId = idOf('qst');

/** Questions, or votes, in one call. */
export const maxPerCall = 500;
const maxAnswerLength = 500;

const newQuestionSchema = z.object({
  requestId,
  broadcastId,
  userId: idOf('usr'),
  name: text(1, 80),
  text: z.string(),
});

/** @throws InvalidArgument that says what is wrong with this question, whatever the others are */
export function parseNewQuestion(question: ProtoNewQuestion): NewQuestion {
  const parsed = newQuestionSchema.safeParse(question);
  if (!parsed.success) throw describeIssues(parsed.error);
  return { ...parsed.data, text: cleanText(parsed.data.text) };
}

export const newUpvoteSchema = z.object({ questionId, userId: idOf('usr') });

const answerSchema = z.object({ requestId, questionId, text: z.string() });
export type AnswerInput = z.output<typeof answerSchema>;

/** @throws InvalidArgument; ZodError */
export function parseAnswer(request: AnswerQuestionRequest): AnswerInput {
  const parsed = answerSchema.parse(request);
  return { ...parsed, text: cleanText(parsed.text, maxAnswerLength) };
}

export const pinSchema = z.object({
  requestId,
  broadcastId,
  questionId: questionId.or(z.literal('')),
});
export type PinInput = z.output<typeof pinSchema>;

export const hideSchema = z.object({ requestId, questionId, hidden: z.boolean() });
export type HideInput = z.output<typeof hideSchema>;

export const questionIdSchema = z.object({ questionId });
export const broadcastIdSchema = z.object({ broadcastId });

export const listQuestionsSchema = z.object({
  broadcastId,
  status: wordFilter(QuestionStatus, questionStatusCodec),
  order: wordFilter(QuestionOrder, orderCodec).transform((order) => order ?? 'newest'),
  pageSize,
  pageToken: z.string(),
});

type Order = QuestionPosition['order'];

/** The token of the page after this question. */
export function tokenAfter(order: Order, { id, votes }: QuestionRow): string {
  return encodePageToken(order === 'votes' ? `${votes}-${id}` : id);
}

/** @throws InvalidArgument for a token that we did not make, or made for another order */
export function positionOf(order: Order, token: string): QuestionPosition {
  const after = decodePageToken(token);
  if (after === undefined) return { order };
  if (order === 'newest') {
    if (!after.startsWith('qst_')) throw new InvalidArgument('the page token is of another order');
    return { order, id: after };
  }
  const [, votes, id] = /^(\d{1,15})-(qst_\w+)$/.exec(after) ?? [];
  if (votes === undefined || id === undefined) {
    throw new InvalidArgument('the page token is of another order');
  }
  return { order, after: { votes: Number(votes), id } };
}
