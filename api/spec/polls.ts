import { z } from 'zod';
import { PollStatus } from '../../proto/gen/onair/polls/v1/polls.ts';
import { enumCodec, timestamp, timestampOrNull } from './codecs.ts';
import { endpoints } from './endpoint.ts';
import { count, idParams, pageOf, pageQuery, text } from './schemas.ts';

const poll = z
  .object({
    id: z.string(),
    broadcastId: z.string(),
    ordinal: count.describe('Position among the broadcast’s polls, from 1.'),
    question: z.string(),
    options: z
      .array(z.object({ text: z.string(), votes: count.describe('0 while results are hidden.') }))
      .describe('Votes name them by their place in this list, from 0.'),
    multiple: z.boolean().describe('Whether a vote may choose several.'),
    status: enumCodec(PollStatus),
    openedAt: timestamp,
    endsAt: timestampOrNull.describe('When it closes by itself; null if someone has to close it.'),
    closedAt: timestampOrNull,
    voters: count.describe('People who voted.'),
    hidesResults: z
      .boolean()
      .describe('Whether votes of options are kept back from viewers until it is closed.'),
    version: count.describe('Grows with every change.'),
  })
  .meta({ id: 'Poll' });

const vote = z
  .object({
    pollId: z.string(),
    userId: z.string(),
    choices: z.array(count).describe('Places of the chosen options, ascending.'),
    votedAt: timestamp,
  })
  .meta({ id: 'Vote', description: 'A vote that counts; it stands.' });

const broadcastId = idParams({ broadcastId: 'brc' });
const pollId = idParams({ pollId: 'pol' });
const answer = { status: 200, description: 'The poll.', body: poll } as const;

export const pollsSpec = endpoints({
  createPoll: {
    method: 'POST',
    path: '/v1/broadcasts/{broadcastId}/polls',
    summary: 'Open a poll in a live broadcast, as its host or a moderator',
    description: 'One poll of a broadcast is open at a time; else INVALID_STATE.',
    action: 'polls.createPoll',
    idempotency: 'optional',
    params: broadcastId,
    body: z
      .strictObject({
        question: text(1, 200),
        options: z.array(text(1, 100)).min(2).max(10).describe('Different answers.'),
        multiple: z.boolean().default(false).describe('Whether a vote may choose several.'),
        hidesResults: z.boolean().default(false),
        durationSeconds: z
          .int()
          .min(5)
          .max(86_400)
          .optional()
          .describe('Until it closes by itself; absent means that someone has to close it.'),
      })
      .meta({ id: 'CreatePollBody' }),
    success: { ...answer, status: 201 },
    refusals: ['NOT_FOUND', 'BROADCAST_NOT_LIVE', 'INVALID_STATE'],
  },
  listPolls: {
    method: 'GET',
    path: '/v1/broadcasts/{broadcastId}/polls',
    summary: 'List the polls of a broadcast, newest first',
    action: 'polls.listPolls',
    idempotency: 'none',
    params: broadcastId,
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      description: 'One page.',
      body: pageOf(poll).meta({ id: 'PollPage' }),
    },
    refusals: ['NOT_FOUND'],
  },
  getPoll: {
    method: 'GET',
    path: '/v1/polls/{pollId}',
    summary: 'Read a poll and how it stands',
    action: 'polls.getPoll',
    idempotency: 'none',
    params: pollId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  closePoll: {
    method: 'POST',
    path: '/v1/polls/{pollId}/close',
    summary: 'Close a poll before its time',
    description: 'Closing a closed poll changes nothing.',
    action: 'polls.closePoll',
    idempotency: 'optional',
    params: pollId,
    success: answer,
    refusals: ['NOT_FOUND'],
  },
  castVote: {
    method: 'POST',
    path: '/v1/polls/{pollId}/votes',
    summary: 'Vote, once',
    action: 'polls.castVotes',
    idempotency: 'optional',
    params: pollId,
    body: z
      .strictObject({
        choices: z
          .array(z.int().min(0).max(9))
          .min(1)
          .max(10)
          .describe('Places of the chosen options, each once.'),
      })
      .meta({ id: 'CastVoteBody' }),
    success: { status: 201, description: 'The vote.', body: vote },
    refusals: ['NOT_FOUND', 'POLL_CLOSED', 'ALREADY_VOTED'],
  },
  getMyVote: {
    method: 'GET',
    path: '/v1/polls/{pollId}/votes/me',
    summary: 'Read the own vote',
    action: 'polls.getMyVote',
    idempotency: 'none',
    params: pollId,
    success: { status: 200, description: 'The vote.', body: vote },
    refusals: ['NOT_FOUND'],
  },
});
