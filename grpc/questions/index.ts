import type { Actor, UserActor } from '../../common/auth/index.ts';
import { DomainError, NotFound } from '../../common/errors/index.ts';
import { createBatcher, type Outcome, outcomeOf } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { askQuestions } from './ask-questions.ts';
import type { QuestionRow } from './entities.ts';
import { answerQuestion, hideQuestion, pinQuestion } from './moderate-questions.ts';
import { createQuestionsPersonalData } from './personal-data.ts';
import type { NewQuestion } from './question-rules.ts';
import type { QuestionBroadcasts, QuestionChat } from './questions-deps.ts';
import { listQuestionsAs, readQuestionAs } from './read-questions.ts';
import { type AnswerInput, type HideInput, maxPerCall, type PinInput } from './requests.ts';
import { type BoardWithPinned, type QuestionQuery, readBoard } from './store.ts';
import { type NewUpvote, upvoteQuestions } from './upvote-questions.ts';

export { questionsEntities } from './entities.ts';
export { createQuestionsService } from './service.ts';
export { verifyQuestions } from './verify-questions.ts';

/** Questions. What each use case guarantees and refuses stands where it is written. */
export interface Questions {
  /**
   * One outcome for each question, in the same order; see ask-questions.ts. The broadcast is looked
   * at before the transaction, so a question may still get in just after its end.
   */
  askQuestions(asked: readonly NewQuestion[]): Promise<Outcome<QuestionRow>[]>;
  /** Answers the question's votes; see upvote-questions.ts. */
  upvoteQuestion(upvote: NewUpvote): Promise<number>;
  answerQuestion(actor: UserActor, input: AnswerInput): Promise<void>;
  pinQuestion(actor: UserActor, input: PinInput): Promise<void>;
  hideQuestion(actor: UserActor, input: HideInput): Promise<void>;
  /** @throws NotFound, also for one that this actor may not see; see read-questions.ts */
  readQuestion(actor: Actor, questionId: string): Promise<QuestionRow>;
  /** `fresh` reads what was just committed. @throws NotFound if there is no such broadcast */
  readBoard(broadcastId: string, fresh?: 'fresh'): Promise<BoardWithPinned>;
  /**
   * What this actor may see, with one more than asked for if there are more; see read-questions.ts.
   * @throws NotFound if there is no such broadcast; PermissionDenied for hidden ones, unless host,
   *   moderator or admin
   */
  listQuestions(actor: Actor, query: QuestionQuery): Promise<QuestionRow[]>;
  readonly personalData: PersonalData;
  /** Resolves when every question and vote that was taken is decided. */
  drain(): Promise<void>;
}

/** Questions over the broadcasts they are asked in, and the rules of their chats. */
export function createQuestions(
  domainDeps: DomainDeps,
  broadcasts: QuestionBroadcasts,
  chat: QuestionChat,
): Questions {
  const deps = { ...domainDeps, broadcasts, chat };
  const { config, db } = deps;
  const limits = { db, maxBatch: maxPerCall, maxQueue: config.QUEUE_LIMIT };
  const asking = createBatcher<NewQuestion, QuestionRow>({
    ...{ name: 'questions', ...limits },
    run: (tx, asked) => askQuestions(deps, tx, asked),
  });
  const upvoting = createBatcher<NewUpvote, number>({
    ...{ name: 'votes for questions', ...limits },
    run: (tx, upvotes) => upvoteQuestions(deps, tx, upvotes),
  });

  async function ask(
    one: NewQuestion,
    facts: Awaited<ReturnType<QuestionBroadcasts['factsOf']>>,
  ): Promise<QuestionRow> {
    const { broadcastId } = one;
    const status = facts.get(broadcastId)?.status;
    if (status === undefined) throw new NotFound('broadcast', broadcastId);
    if (status !== 'live') {
      const message = `broadcast ${broadcastId} is not live`;
      throw new DomainError('BROADCAST_NOT_LIVE', message, { broadcastId });
    }
    return asking.submit(one);
  }

  async function requireBroadcast(broadcastId: string): Promise<void> {
    if ((await broadcasts.factsOf([broadcastId])).has(broadcastId)) return;
    throw new NotFound('broadcast', broadcastId);
  }

  return {
    async askQuestions(asked) {
      if (asked.length === 0) return [];
      const ids = [...new Set(asked.map((one) => one.broadcastId))];
      const [facts] = await Promise.all([broadcasts.factsOf(ids), chat.prepareToJudge(ids)]);
      return Promise.all(asked.map((one) => outcomeOf(deps.log, () => ask(one, facts))));
    },
    upvoteQuestion: (upvote) => upvoting.submit(upvote),
    answerQuestion: (actor, input) => answerQuestion(deps, actor, input),
    pinQuestion: (actor, input) => pinQuestion(deps, actor, input),
    hideQuestion: (actor, input) => hideQuestion(deps, actor, input),
    readQuestion: (actor, questionId) => readQuestionAs(deps, actor, questionId),
    async readBoard(broadcastId, fresh) {
      const board = await readBoard(fresh === undefined ? db.read : db.primary, broadcastId);
      if (board.version === 0) await requireBroadcast(broadcastId);
      return board;
    },
    async listQuestions(actor, query) {
      const rows = await listQuestionsAs(deps, actor, query);
      if (rows.length === 0) await requireBroadcast(query.broadcastId);
      return rows;
    },
    personalData: createQuestionsPersonalData(deps),
    async drain() {
      await Promise.all([asking.drain(), upvoting.drain()]);
    },
  };
}
