import { DomainError, InvalidArgument, RequestIdReused } from '../../common/errors/index.ts';
import type { PollRow } from './entities.ts';

/** A vote that someone wants to cast. */
export interface NewVote {
  readonly requestId: string;
  readonly pollId: string;
  readonly userId: string;
  /** Places of the chosen options, each once, ascending. */
  readonly choices: readonly number[];
}

/** A vote that counts. */
export interface CountedVote extends NewVote {
  readonly votedAt: number;
}

/** Whether a poll takes votes at `now`: its time ends it even before anyone has closed it. */
export function takesVotes(poll: Pick<PollRow, 'status' | 'endsAt'>, now: number): boolean {
  return poll.status === 'open' && (poll.endsAt === null || now < poll.endsAt);
}

/** Whether votes of options are kept back from everyone but those who hold the poll. */
export function keepsResults(poll: Pick<PollRow, 'status' | 'hidesResults'>): boolean {
  return poll.hidesResults === 1 && poll.status === 'open';
}

/**
 * Why a vote can't be cast, or undefined if it can. A voter's first vote stands: there is no
 * change of mind, so that what everyone sees never falls.
 */
export function refuseVote(
  vote: NewVote,
  poll: Pick<PollRow, 'status' | 'endsAt' | 'multiple'> & { readonly optionCount: number },
  now: number,
): DomainError | undefined {
  const { pollId, choices } = vote;
  if (!takesVotes(poll, now)) return new DomainError('POLL_CLOSED', 'it is over', { pollId });
  if (choices.length > 1 && poll.multiple === 0) {
    return new InvalidArgument('choices: this poll takes one choice');
  }
  if (choices.some((choice) => choice >= poll.optionCount)) {
    const optionCount = String(poll.optionCount);
    return new InvalidArgument('choices: the poll has no such option', { optionCount });
  }
  return undefined;
}

/**
 * What a voter who has voted is answered: the vote, to the request that cast it; else a refusal.
 */
export function answerAgain(vote: NewVote, before: CountedVote): CountedVote | DomainError {
  const same = before.choices.join() === vote.choices.join();
  if (before.requestId === vote.requestId) {
    return same ? before : new RequestIdReused(vote.requestId);
  }
  return new DomainError('ALREADY_VOTED', 'a vote stands', {
    pollId: vote.pollId,
    choices: before.choices.join(),
  });
}
