import { z } from 'zod';
import type { Coalescer } from '../../common/coalesce.ts';
import type { Upvote } from '../../proto/gen/onair/questions/v1/questions.ts';
import type { UpvoteCast } from '../batches/question-batch.ts';
import { idOf } from './fields.ts';
import { parse } from './parse.ts';
import type { Handler } from './request.ts';
import { requireUser } from './require-user.ts';

const schema = z.object({ questionId: idOf('qst') });

/**
 * `upvote {questionId}` -> `{questionId, votes}`: wants a question answered too. A vote that is
 * there already changes nothing.
 */
export function createUpvoteQuestion(upvotes: Coalescer<UpvoteCast, Upvote>): Handler {
  return async ({ viewer, message, requestId }) => {
    const { userId } = requireUser(viewer);
    const { questionId } = parse(schema, message);
    const { votes } = await upvotes.submit({ requestId, upvote: { questionId, userId } });
    return { questionId, votes };
  };
}
