import { DomainError, NotFound } from '../../common/errors/index.ts';
import { banned } from '../broadcasts/index.ts';
import { accepted, type Outcome, refused, type Tx } from '../db/index.ts';
import { answerAgain, type CountedVote, type NewVote, refuseVote } from './poll-rules.ts';
import { type PollsDeps, publishPoll } from './polls-deps.ts';
import { findVotes, insertVotes, lockPolls, type PollWithOptions, writeCounts } from './store.ts';

/**
 * Decides a batch of votes under the locks of their polls, each by itself in order of arrival. The
 * counts of a poll change in the transaction that stores the votes and in no other, so they always
 * are what the stored votes add up to. The rooms hear of each poll once for a batch.
 */
export async function castVotes(
  { clock, pulse, broadcasts }: PollsDeps,
  tx: Tx,
  votes: readonly NewVote[],
): Promise<Outcome<CountedVote>[]> {
  const polls = new Map<string, PollWithOptions>();
  for (const poll of await lockPolls(
    tx,
    votes.map((vote) => vote.pollId),
  )) {
    polls.set(poll.id, poll);
  }
  const known = new Map((await findVotes(tx, votes)).map((vote) => [voterOf(vote), vote]));
  const keptOut = await bannedOf(broadcasts, tx, polls, votes);
  // Read after the locks: whoever waited for them is judged by the time they got them.
  const now = clock.now();
  const counted: CountedVote[] = [];
  const changed = new Set<string>();

  const outcomes = votes.map((vote): Outcome<CountedVote> => {
    const poll = polls.get(vote.pollId);
    if (poll === undefined) return refused(new NotFound('poll', vote.pollId));
    const before = known.get(voterOf(vote));
    if (before !== undefined) {
      const again = answerAgain(vote, before);
      return again instanceof DomainError ? refused(again) : accepted(again);
    }
    const until = keptOut.get(voterOf(vote));
    if (until !== undefined) return refused(banned(until));
    const refusal = refuseVote(vote, { ...poll, optionCount: poll.options.length }, now);
    if (refusal !== undefined) return refused(refusal);
    const fresh = { ...vote, votedAt: now };
    known.set(voterOf(vote), fresh);
    counted.push(fresh);
    polls.set(poll.id, count(poll, fresh));
    changed.add(poll.id);
    return accepted(fresh);
  });

  const after = [...polls.values()]
    .filter(({ id }) => changed.has(id))
    .map((poll) => ({ ...poll, version: poll.version + 1 }));
  await Promise.all([insertVotes(tx, counted), ...after.map((poll) => writeCounts(tx, poll))]);
  tx.afterCommit(() => {
    for (const poll of after) publishPoll(pulse, poll);
  });
  return outcomes;
}

/** Ids hold no spaces, so the parts can't run into each other. */
function voterOf({ pollId, userId }: Pick<NewVote, 'pollId' | 'userId'>): string {
  return `${pollId} ${userId}`;
}

function count(poll: PollWithOptions, { choices }: CountedVote): PollWithOptions {
  const options = poll.options.map((option) =>
    choices.includes(option.position) ? { ...option, votes: option.votes + 1 } : option,
  );
  return { ...poll, voters: poll.voters + 1, options };
}

/** Until when voters are kept out of the broadcasts of their polls, of those who are. */
async function bannedOf(
  broadcasts: PollsDeps['broadcasts'],
  tx: Tx,
  polls: ReadonlyMap<string, PollWithOptions>,
  votes: readonly NewVote[],
): Promise<ReadonlyMap<string, number>> {
  const pairs = votes.flatMap((vote) => {
    const broadcastId = polls.get(vote.pollId)?.broadcastId;
    return broadcastId === undefined
      ? []
      : [{ voter: voterOf(vote), pair: { broadcastId, userId: vote.userId } }];
  });
  const standings = await broadcasts.standingsOf(
    tx,
    pairs.map(({ pair }) => pair),
  );
  return new Map(
    pairs.flatMap(({ voter }, i) => {
      const until = standings[i]?.bannedUntil;
      return until === undefined ? [] : [[voter, until]];
    }),
  );
}
