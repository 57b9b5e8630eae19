import { z } from 'zod';
import type { Coalescer } from '../../common/coalesce.ts';
import type { Vote } from '../../proto/gen/onair/polls/v1/polls.ts';
import type { VoteCast } from '../batches/vote-batch.ts';
import { clientId, idOf } from './fields.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';
import { requireUser } from './require-user.ts';

const maxOptions = 10;

const schema = z.object({
  id: clientId,
  pollId: idOf('pol'),
  choices: z
    .array(
      z
        .int()
        .min(0)
        .max(maxOptions - 1),
    )
    .min(1)
    .max(maxOptions),
});

/**
 * `vote {id, pollId, choices}` -> `{pollId, choices}`: votes, once. The same `id` sent again gets
 * the same answer; another vote is refused with ALREADY_VOTED.
 */
export function createCastVote(votes: Coalescer<VoteCast, Vote>): Handler {
  return async ({ viewer, message, requestId }) => {
    const { userId } = requireUser(viewer);
    const { id, pollId, choices } = parse(schema, message);
    const vote = await votes.submit({
      requestId,
      vote: { requestId: id, pollId, userId, choices },
    });
    return { pollId: vote.pollId, choices: vote.choices };
  };
}
