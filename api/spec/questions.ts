import { z } from 'zod';
import { QuestionOrder, QuestionStatus } from '../../proto/gen/onair/questions/v1/questions.ts';
import { enumCodec, presentOrNull, textOrNull, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, id, idParams, pageOf, pageQuery, text } from './schemas.ts';

const status = enumCodec(QuestionStatus);

const question = z
  .object({
    id: z.string(),
    broadcastId: z.string(),
    userId: z.string().describe('Who asked.'),
    name: z.string().describe('Name shown.'),
    text: z.string(),
    status,
    answer: textOrNull,
    answeredAt: timestampOrNull.describe('When it was answered last.'),
    votes: count.describe('People who want it answered too.'),
    askedAt: timestamp,
    shadowed: z
      .boolean()
      .describe(
        'Whether its asker is muted in the shadow: only they and host, moderators and admins see it. ' +
          'Told to the latter alone.',
      ),
  })
  .meta({ id: 'Question' });

const board = z
  .object({
    broadcastId: z.string(),
    openCount: count.describe('Questions that wait for an answer.'),
    pinned: presentOrNull(question),
    pinnedAt: timestampOrNull,
    version: count.describe('Grows with every change.'),
  })
  .meta({ id: 'QuestionBoard', description: 'What rooms show of a broadcast’s questions.' });

const broadcastId = idParams({ broadcastId: 'brc' });
const questionId = idParams({ questionId: 'qst' });
const answer = { status: 200, description: 'The question.', body: question } as const;

export const questionsSpec = endpoints({
  askQuestion: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/questions',
    summary: 'Ask the host of a live broadcast',
    description:
      'At most 3 questions of a person in a minute. What the chat refuses or holds for its words, ' +
      'links or phone numbers is no question either, and who is muted there asks none.',
    action: 'questions.askQuestions',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({ text: text(1, 200).describe('One line.') })
      .meta({ id: 'AskQuestionBody' }),
    success: { ...answer, status: 201 },
    refusals: [
      ...(['NOT_FOUND', 'BROADCAST_NOT_LIVE', 'RATE_LIMITED'] as const),
      ...(['CHAT_MUTED', 'CHAT_BANNED_WORD', 'CHAT_LINK', 'CHAT_PHONE_NUMBER'] as const),
    ],
  },
  listQuestions: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/questions',
    summary: 'List the questions of a broadcast, newest or most wanted first',
    description:
      'By votes, a question whose votes change meanwhile may be on two pages or on none. Hidden ones are listed for host and moderators.',
    action: 'questions.listQuestions',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject({
      status: status.optional().describe('Absent means all but hidden ones.'),
      order: enumCodec(QuestionOrder).optional().describe('Absent means newest.'),
      ...pageQuery,
    }),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(question).meta({ id: 'QuestionPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  getQuestionBoard: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/question-board',
    summary: 'Read the pinned question and how many are open',
    action: 'questions.getQuestionBoard',
    idempotency: 'none',
    params: broadcastId,
    success: { status: 200, description: 'The board.', body: board },
    refusals: ['NOT_FOUND'],
  },
  pinQuestion: {
    method: 'PUT',
    path: '/v1/broadcasts/{broadcastId}/pinned-question',
    summary: 'Pin a question, or none, as host or moderator',
    description: 'NOT_FOUND also for one that is hidden or was asked in the shadow.',
    action: 'questions.pinQuestion',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({ questionId: id('qst').nullable().describe('Null pins none.') })
      .meta({ id: 'PinQuestionBody' }),
    success: { status: 200, description: 'The board.', body: board },
    refusals: ['NOT_FOUND'],
  },
  getQuestion: {
    method: 'GET',
    path: '/v1/questions/{questionId}',
    summary: 'Read a question',
    action: 'questions.getQuestion',
    idempotency: 'none',
    params: questionId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  upvoteQuestion: {
    method: 'PUT',
    path: '/v1/questions/{questionId}/vote',
    summary: 'Vote for a question; once for each person',
    description: 'A vote that is there already changes nothing.',
    action: 'questions.upvoteQuestions',
    idempotency: 'none',
    params: questionId,
    success: {
      status: 200,
      description: 'The question’s votes.',
      body: z.object({ questionId: z.string(), votes: count }).meta({ id: 'QuestionVotes' }),
    },
    refusals: ['NOT_FOUND'],
  },
  answerQuestion: {
    method: 'PUT',
    path: '/v1/questions/{questionId}/answer',
    summary: 'Answer a question, or replace its answer, as host or moderator',
    action: 'questions.answerQuestion',
    idempotency: 'optional',
    params: questionId,
    body: z
      .strictObject({ text: text(1, 500).describe('One line.') })
      .meta({ id: 'AnswerQuestionBody' }),
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  hideQuestion: {
    method: 'PUT',
    path: '/v1/questions/{questionId}/hidden',
    summary: 'Hide a question from viewers, or show it again, as host or moderator',
    description: 'A pinned question that is hidden is pinned no longer.',
    action: 'questions.hideQuestion',
    idempotency: 'optional',
    params: questionId,
    body: z.strictObject({ hidden: z.boolean() }).meta({ id: 'HideQuestionBody' }),
    success: answer,
    refusals: ['NOT_FOUND'],
  },
});
