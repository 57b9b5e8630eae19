import type { Clock } from '../../common/clock.ts';
import type { Audience } from '../batches/audience.ts';
import { createAskQuestion } from './ask-question.ts';
import { createCastVote } from './cast-vote.ts';
import type { Handler } from './request.ts';
import { createSendHearts } from './send-hearts.ts';
import { createUpvoteQuestion } from './upvote-question.ts';

export interface AudienceRequestsDeps {
  readonly broadcastId: string;
  readonly isLive: () => boolean;
  readonly audience: Audience;
  readonly clock: Clock;
}

/** What viewers do beside talking and buying, by message type. */
export function audienceRequests(
  deps: AudienceRequestsDeps,
): readonly (readonly [string, Handler])[] {
  const { broadcastId, audience } = deps;
  const { hearts, votes, questions, upvotes } = audience;
  return [
    ['heart', createSendHearts({ ...deps, hearts })],
    ['vote', createCastVote(votes)],
    ['ask', createAskQuestion({ broadcastId, questions })],
    ['upvote', createUpvoteQuestion(upvotes)],
  ];
}
