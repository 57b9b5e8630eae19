import { type Coalescer, createCoalescer } from '../../common/coalesce.ts';
import type { NewVote, Vote, VoteOutcome } from '../../proto/gen/onair/polls/v1/polls.ts';
import { type BatchDeps, callerFor, maxBatch } from './batch-caller.ts';
import { refused } from './refused.ts';

/** A vote to cast, and the room request that brought it. */
export interface VoteCast {
  readonly vote: NewVote;
  readonly requestId: string;
}

/**
 * All votes from this process's rooms: what arrives while a call runs goes with the next one.
 * Rejects with what PollsService.CastVotes said of the vote, or OVERLOADED.
 */
export function createVoteBatch(deps: BatchDeps): Coalescer<VoteCast, Vote> {
  return createCoalescer({
    name: 'votes',
    maxBatch,
    maxQueue: deps.queueLimit,
    maxWaitMs: deps.queueWaitMs,
    async run(casts) {
      const votes = casts.map((cast) => cast.vote);
      const { outcomes } = await callerFor(deps, casts).polls.castVotes({ votes });
      return outcomes.map(outcomeOf);
    },
  });
}

function outcomeOf({ result }: VoteOutcome): PromiseSettledResult<Vote> {
  if (result?.$case !== 'vote') return refused(result?.value);
  return { status: 'fulfilled', value: result.value };
}
