import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { page } from '../page.ts';
import { toItemError } from '../refused-item.ts';
import { pollsSpec } from '../spec/polls.ts';

/** Polls and votes. */
export const pollsRoutes = routes(pollsSpec, {
  createPoll: ({ params, body }, { clients, idempotencyKey }) =>
    clients.polls.createPoll({ ...params, ...body, requestId: idempotencyKey }),

  async listPolls({ params, query }, { clients }) {
    const { polls, nextPageToken } = await clients.polls.listPolls({ ...params, ...query });
    return page(polls, nextPageToken);
  },

  getPoll: ({ params }, { clients }) => clients.polls.getPoll(params),

  closePoll: ({ params }, { clients, idempotencyKey }) =>
    clients.polls.closePoll({ ...params, requestId: idempotencyKey }),

  async castVote({ params, body }, { clients, actor, idempotencyKey }) {
    const { userId } = requireUser(actor);
    const vote = { ...params, ...body, userId, requestId: idempotencyKey };
    const { outcomes } = await clients.polls.castVotes({ votes: [vote] });
    const result = outcomes[0]?.result;
    if (result?.$case === 'vote') return result.value;
    throw toItemError(result?.value);
  },

  getMyVote: ({ params }, { clients }) => clients.polls.getMyVote(params),
});
