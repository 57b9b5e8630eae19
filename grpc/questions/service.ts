import { type Actor, mayActFor, requireUser } from '../../common/auth/index.ts';
import { DomainError, InvalidArgument, PermissionDenied } from '../../common/errors/index.ts';
import type {
  AskQuestionOutcome,
  NewQuestion as ProtoNewQuestion,
  NewUpvote as ProtoNewUpvote,
  Question,
  QuestionBoard,
  QuestionsServiceImplementation,
  Upvote,
  UpvoteOutcome,
} from '../../proto/gen/onair/questions/v1/questions.ts';
import { accepted, type Outcome, outcomeOf, refused } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { QuestionRow } from './entities.ts';
import type { Questions } from './index.ts';
import { type NewQuestion, statusOf } from './question-rules.ts';
import {
  broadcastIdSchema,
  hideSchema,
  listQuestionsSchema,
  maxPerCall,
  newUpvoteSchema,
  parseAnswer,
  parseNewQuestion,
  pinSchema,
  positionOf,
  questionIdSchema,
  questionStatusCodec,
  tokenAfter,
} from './requests.ts';
import type { BoardWithPinned } from './store.ts';

/** QuestionsService over the domain. */
export function createQuestionsService(
  questions: Questions,
): QuestionsServiceImplementation<CallExt> {
  async function upvoteOne(upvote: ProtoNewUpvote, actor: Actor): Promise<Upvote> {
    if (!mayActFor(actor, upvote.userId)) throw new PermissionDenied('not your vote');
    const parsed = newUpvoteSchema.safeParse(upvote);
    if (!parsed.success) throw describeIssues(parsed.error);
    const votes = await questions.upvoteQuestion(parsed.data);
    return { questionId: upvote.questionId, votes };
  }

  const read = async (actor: Actor, questionId: string) =>
    toProtoQuestion(await questions.readQuestion(actor, questionId));

  return {
    async askQuestions(request, { actor }) {
      checkLength(request.questions);
      const asked = request.questions.map((question) => readQuestion(question, actor));
      const stored = await questions.askQuestions(
        asked.flatMap((one) => (one.ok ? [one.value] : [])),
      );
      const rest = stored.values();
      return { outcomes: asked.map((one) => toProtoOutcome(one.ok ? rest.next().value : one)) };
    },
    async upvoteQuestions({ upvotes }, { actor, log }) {
      checkLength(upvotes);
      const cast = upvotes.map((upvote) => outcomeOf(log, () => upvoteOne(upvote, actor)));
      return { outcomes: (await Promise.all(cast)).map(toUpvoteOutcome) };
    },
    async answerQuestion(request, { actor }) {
      const input = parseAnswer(request);
      await questions.answerQuestion(requireUser(actor), input);
      return read(actor, input.questionId);
    },
    async pinQuestion(request, { actor }) {
      const input = pinSchema.parse(request);
      await questions.pinQuestion(requireUser(actor), input);
      return toProtoBoard(await questions.readBoard(input.broadcastId, 'fresh'));
    },
    async hideQuestion(request, { actor }) {
      const input = hideSchema.parse(request);
      await questions.hideQuestion(requireUser(actor), input);
      return read(actor, input.questionId);
    },
    getQuestion: (request, { actor }) => read(actor, questionIdSchema.parse(request).questionId),
    async getQuestionBoard(request) {
      return toProtoBoard(await questions.readBoard(broadcastIdSchema.parse(request).broadcastId));
    },
    async listQuestions(request, { actor }) {
      const { broadcastId, status, order, pageSize, pageToken } =
        listQuestionsSchema.parse(request);
      const position = positionOf(order, pageToken);
      const query = { broadcastId, status, position, limit: pageSize };
      const found = await questions.listQuestions(actor, query);
      const rows = found.slice(0, pageSize);
      const last = rows.at(-1);
      const more = found.length > pageSize && last !== undefined;
      return {
        questions: rows.map(toProtoQuestion),
        nextPageToken: more ? tokenAfter(order, last) : '',
      };
    },
  };
}

function checkLength(items: readonly unknown[]): void {
  if (items.length > maxPerCall) throw new InvalidArgument(`at most ${maxPerCall} in one call`);
}

/** A person asks in their own name. */
function readQuestion(question: ProtoNewQuestion, actor: Actor): Outcome<NewQuestion> {
  try {
    if (!mayActFor(actor, question.userId)) throw new PermissionDenied('not your question');
    const { name } = actor.kind === 'user' ? actor : question;
    return accepted(parseNewQuestion({ ...question, name }));
  } catch (error) {
    if (error instanceof DomainError) return refused(error);
    throw error;
  }
}

function toProtoOutcome(outcome: Outcome<QuestionRow> | undefined): AskQuestionOutcome {
  if (outcome === undefined) throw new Error('questions lost one');
  return {
    result: outcome.ok
      ? { $case: 'question', value: toProtoQuestion(outcome.value) }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function toUpvoteOutcome(outcome: Outcome<Upvote>): UpvoteOutcome {
  return {
    result: outcome.ok
      ? { $case: 'upvote', value: outcome.value }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function toProtoQuestion(row: QuestionRow): Question {
  const { id, broadcastId, userId, name, text, answer, answeredAt, votes, askedAt } = row;
  return {
    ...{ id, broadcastId, userId, name, text, votes },
    status: questionStatusCodec.toProto(statusOf(row)),
    answer: answer ?? '',
    answeredAt: answeredAt === null ? undefined : new Date(answeredAt),
    askedAt: new Date(askedAt),
    shadowed: row.shadowed === 1,
  };
}

function toProtoBoard(board: BoardWithPinned): QuestionBoard {
  const { broadcastId, openCount, pinned, pinnedAt, version } = board;
  return {
    ...{ broadcastId, openCount, version },
    pinned: pinned && toProtoQuestion(pinned),
    pinnedAt: pinnedAt === null ? undefined : new Date(pinnedAt),
  };
}
