import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import type {
  AskQuestionOutcome,
  NewQuestion,
  NewUpvote,
  Question,
  Upvote,
  UpvoteOutcome,
} from '../../proto/gen/onair/questions/v1/questions.ts';
import { type BatchDeps, callerFor, maxBatch } from './batch-caller.ts';
import { refused } from './refused.ts';

/** A question to ask, and the room request that brought it. */
export interface QuestionAsk {
  readonly question: NewQuestion;
  readonly requestId: string;
}

/**
 * All questions from this process's rooms: what arrives while a call runs goes with the next one.
 * Rejects with what QuestionsService.AskQuestions said of the question, or OVERLOADED.
 */
export function createQuestionBatch(deps: BatchDeps): Coalescer<QuestionAsk, Question> {
  return createCoalescer({
    name: 'questions',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    async run(asks) {
      const questions = asks.map((ask) => ask.question);
      const { outcomes } = await callerFor(deps, asks).questions.askQuestions({ questions });
      return outcomes.map(({ result }: AskQuestionOutcome) =>
        result?.$case === 'question'
          ? { status: 'fulfilled', value: result.value }
          : refused(result?.value),
      );
    },
  });
}

/** A vote for a question, and the room request that brought it. */
export interface UpvoteCast {
  readonly upvote: NewUpvote;
  readonly requestId: string;
}

/** The same for votes; rejects with what QuestionsService.UpvoteQuestions said of the vote. */
export function createUpvoteBatch(deps: BatchDeps): Coalescer<UpvoteCast, Upvote> {
  return createCoalescer({
    name: 'votes for questions',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    async run(casts) {
      const upvotes = casts.map((cast) => cast.upvote);
      const { outcomes } = await callerFor(deps, casts).questions.upvoteQuestions({ upvotes });
      return outcomes.map(({ result }: UpvoteOutcome) =>
        result?.$case === 'upvote'
          ? { status: 'fulfilled', value: result.value }
          : refused(result?.value),
      );
    },
  });
}
