import { type Actor, hasRole, type UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { createBatcher } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { PersonalData } from '../personal-data.ts';
import { castVotes } from './cast-votes.ts';
import { closePoll, endPolls, expirePolls } from './close-polls.ts';
import { openPoll } from './open-poll.ts';
import { pollsPersonalData } from './personal-data.ts';
import { type CountedVote, keepsResults, type NewVote } from './poll-rules.ts';
import { type PollBroadcasts, withoutKeptResults } from './polls-deps.ts';
import { type ClosePollInput, type CreatePollInput, maxVotesPerCall } from './requests.ts';
import { findVotes, listPolls, type PollWithOptions, readLatest, readPoll } from './store.ts';

export { pollsEntities } from './entities.ts';
export { createPollsService } from './service.ts';
export { verifyPolls } from './verify-polls.ts';

/** Polls. What each use case guarantees and refuses stands where it is written. */
export interface Polls {
  openPoll(actor: UserActor, input: CreatePollInput): Promise<string>;
  closePoll(actor: UserActor, input: ClosePollInput): Promise<void>;
  /** Casts a vote, many together in one transaction; see cast-votes.ts. */
  castVote(vote: NewVote): Promise<CountedVote>;
  expirePolls(pollIds: readonly string[]): Promise<string[]>;
  endPolls(broadcastIds: readonly string[]): Promise<void>;
  /** As this actor may see it, as of now. @throws NotFound */
  readPoll(actor: Actor, pollId: string): Promise<PollWithOptions>;
  /** The newest of a broadcast as everyone may see it. */
  readLatest(broadcastId: string): Promise<PollWithOptions | undefined>;
  /**
   * As this actor may see them, with one more than asked for if there are more.
   * @throws NotFound if there is no such broadcast
   */
  listPolls(
    actor: Actor,
    query: { broadcastId: string; afterId: string | undefined; limit: number },
  ): Promise<PollWithOptions[]>;
  /** @throws NotFound if they have not voted */
  readVote(pollId: string, userId: string): Promise<CountedVote>;
  readonly personalData: PersonalData;
  /** Resolves when every vote that was taken is decided. */
  drain(): Promise<void>;
}

/** Polls over the broadcasts they are held in. */
export function createPolls(domainDeps: DomainDeps, broadcasts: PollBroadcasts): Polls {
  const deps = { ...domainDeps, broadcasts };
  const { config, db } = deps;
  const batcher = createBatcher<NewVote, CountedVote>({
    name: 'votes',
    db,
    maxBatch: maxVotesPerCall,
    maxQueue: config.QUEUE_LIMIT,
    run: (tx, votes) => castVotes(deps, tx, votes),
  });

  /** Whether this actor holds polls in the broadcast, and so sees what is kept back. */
  async function seesAll(actor: Actor, broadcastId: string): Promise<boolean> {
    if (actor.kind !== 'user') return false;
    if (hasRole(actor, 'admin')) return true;
    const pair = { broadcastId, userId: actor.userId };
    const [standing] = await broadcasts.standingsOf(db.primary, [pair]);
    return standing !== undefined && standing.role !== 'viewer';
  }

  async function show(
    actor: Actor,
    broadcastId: string,
    polls: readonly PollWithOptions[],
  ): Promise<PollWithOptions[]> {
    const all = !polls.some(keepsResults) || (await seesAll(actor, broadcastId));
    return polls.map((poll) => (all ? poll : withoutKeptResults(poll)));
  }

  return {
    openPoll: (actor, input) => openPoll(deps, actor, input),
    closePoll: (actor, input) => closePoll(deps, actor, input),
    castVote: (vote) => batcher.submit(vote),
    expirePolls: (pollIds) => expirePolls(deps, pollIds),
    endPolls: (broadcastIds) => endPolls(deps, broadcastIds),
    async readPoll(actor, pollId) {
      const poll = await readPoll(db.primary, pollId);
      if (poll === undefined) throw new NotFound('poll', pollId);
      const [shown] = await show(actor, poll.broadcastId, [poll]);
      return shown ?? poll;
    },
    async readLatest(broadcastId) {
      const poll = await readLatest(db.read, broadcastId);
      return poll && withoutKeptResults(poll);
    },
    async listPolls(actor, query) {
      const { broadcastId } = query;
      const polls = await listPolls(db.read, query);
      if (polls.length === 0 && !(await broadcasts.factsOf([broadcastId])).has(broadcastId)) {
        throw new NotFound('broadcast', broadcastId);
      }
      return show(actor, broadcastId, polls);
    },
    async readVote(pollId, userId) {
      const [vote] = await findVotes(db.primary, [{ pollId, userId }]);
      if (vote === undefined) throw new NotFound('vote', pollId);
      return vote;
    },
    personalData: pollsPersonalData,
    drain: () => batcher.drain(),
  };
}
