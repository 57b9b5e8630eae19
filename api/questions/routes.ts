import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { toItemError } from '../refused-item.ts';
import { questionsSpec } from '../spec/questions.ts';

/** Questions, their votes and their answers. */
export const questionsRoutes = routes(questionsSpec, {
  async askQuestion({ params, body }, { clients, actor, idempotencyKey }) {
    const { userId } = requireUser(actor);
    const question = { ...params, ...body, userId, requestId: idempotencyKey };
    const { outcomes } = await clients.questions.askQuestions({ questions: [question] });
    const result = outcomes[0]?.result;
    if (result?.$case === 'question') return result.value;
    throw toItemError(result?.value);
  },

  async listQuestions({ params, query }, { clients }) {
    const answer = await clients.questions.listQuestions({ ...params, ...query });
    return page(answer.questions, answer.nextPageToken);
  },

  getQuestionBoard: ({ params }, { clients }) => clients.questions.getQuestionBoard(params),

  pinQuestion: ({ params, body }, { clients, idempotencyKey }) =>
    clients.questions.pinQuestion({
      ...params,
      questionId: body.questionId ?? '',
      requestId: idempotencyKey,
    }),

  getQuestion: ({ params }, { clients }) => clients.questions.getQuestion(params),

  async upvoteQuestion({ params }, { clients, actor }) {
    const upvote = { ...params, userId: requireUser(actor).userId };
    const { outcomes } = await clients.questions.upvoteQuestions({ upvotes: [upvote] });
    const result = outcomes[0]?.result;
    if (result?.$case === 'upvote') return result.value;
    throw toItemError(result?.value);
  },

  answerQuestion: ({ params, body }, { clients, idempotencyKey }) =>
    clients.questions.answerQuestion({ ...params, ...body, requestId: idempotencyKey }),

  hideQuestion: ({ params, body }, { clients, idempotencyKey }) =>
    clients.questions.hideQuestion({ ...params, ...body, requestId: idempotencyKey }),
});
