import type { Coalescer } from '../../common/coalesce.ts';
import type { Vote } from '../../proto/gen/onair/polls/v1/polls.ts';
import type { Question, Upvote } from '../../proto/gen/onair/questions/v1/questions.ts';
import type { BatchDeps } from './batch-caller.ts';
import { createHeartTally, type HeartTally } from './heart-tally.ts';
import {
  createQuestionBatch,
  createUpvoteBatch,
  type QuestionAsk,
  type UpvoteCast,
} from './question-batch.ts';
import { createVoteBatch, type VoteCast } from './vote-batch.ts';

/** What the rooms of this process send on behalf of their audience, each kind in calls of many. */
export interface Audience {
  readonly hearts: HeartTally;
  readonly votes: Coalescer<VoteCast, Vote>;
  readonly questions: Coalescer<QuestionAsk, Question>;
  readonly upvotes: Coalescer<UpvoteCast, Upvote>;
  /** Resolves when nothing waits and nothing runs. */
  drain(): Promise<void>;
}

export function createAudience(deps: BatchDeps): Audience {
  const hearts = createHeartTally(deps);
  const votes = createVoteBatch(deps);
  const questions = createQuestionBatch(deps);
  const upvotes = createUpvoteBatch(deps);
  return {
    hearts,
    votes,
    questions,
    upvotes,
    async drain() {
      await Promise.all([hearts, votes, questions, upvotes].map((each) => each.drain()));
    },
  };
}
