import { type Actor, mayActFor, requireUser } from '../../common/auth/index.ts';
import { InvalidArgument, PermissionDenied } from '../../common/errors/index.ts';
import type {
  Poll,
  PollsServiceImplementation,
  NewVote as ProtoNewVote,
  Vote,
  VoteOutcome,
} from '../../proto/gen/onair/polls/v1/polls.ts';
import { type Outcome, outcomeOf } from '../db/index.ts';
import type { CallExt } from '../middleware/call-context.ts';
import { describeIssues } from '../middleware/translate-errors.ts';
import { decodePageToken, toPage } from '../rpc/paging.ts';
import { toRefusal } from '../rpc/refusal.ts';
import type { Polls } from './index.ts';
import type { CountedVote } from './poll-rules.ts';
import {
  broadcastIdSchema,
  closePollSchema,
  createPollSchema,
  endPollsSchema,
  expirePollsSchema,
  listPollsSchema,
  maxVotesPerCall,
  newVoteSchema,
  pollIdSchema,
  pollStatusCodec,
} from './requests.ts';
import type { PollWithOptions } from './store.ts';

/** PollsService over the domain. */
export function createPollsService(polls: Polls): PollsServiceImplementation<CallExt> {
  async function castOne(vote: ProtoNewVote, actor: Actor): Promise<CountedVote> {
    if (!mayActFor(actor, vote.userId)) throw new PermissionDenied('not your vote');
    const parsed = newVoteSchema.safeParse(vote);
    if (!parsed.success) throw describeIssues(parsed.error);
    return polls.castVote(parsed.data);
  }

  const read = async (actor: Actor, pollId: string) =>
    toProtoPoll(await polls.readPoll(actor, pollId));

  return {
    async createPoll(request, { actor }) {
      const input = createPollSchema.parse(request);
      return read(actor, await polls.openPoll(requireUser(actor), input));
    },
    async closePoll(request, { actor }) {
      const input = closePollSchema.parse(request);
      await polls.closePoll(requireUser(actor), input);
      return read(actor, input.pollId);
    },
    getPoll: (request, { actor }) => read(actor, pollIdSchema.parse(request).pollId),
    async getLatestPoll(request) {
      const poll = await polls.readLatest(broadcastIdSchema.parse(request).broadcastId);
      return { poll: poll && toProtoPoll(poll) };
    },
    async listPolls(request, { actor }) {
      const { broadcastId, pageSize, pageToken } = listPollsSchema.parse(request);
      const afterId = decodePageToken(pageToken);
      const found = await polls.listPolls(actor, { broadcastId, afterId, limit: pageSize });
      const { rows, nextPageToken } = toPage(found, pageSize);
      return { polls: rows.map(toProtoPoll), nextPageToken };
    },
    async castVotes({ votes }, { actor, log }) {
      if (votes.length > maxVotesPerCall) {
        throw new InvalidArgument(`at most ${maxVotesPerCall} votes in one call`);
      }
      const cast = votes.map((vote) => outcomeOf(log, () => castOne(vote, actor)));
      return { outcomes: (await Promise.all(cast)).map(toProtoOutcome) };
    },
    async getMyVote(request, { actor }) {
      const { pollId } = pollIdSchema.parse(request);
      return toProtoVote(await polls.readVote(pollId, requireUser(actor).userId));
    },
    async expirePolls(request) {
      const { pollIds } = expirePollsSchema.parse(request);
      return { pendingPollIds: await polls.expirePolls(pollIds) };
    },
    async endPolls(request) {
      await polls.endPolls(endPollsSchema.parse(request).broadcastIds);
      return {};
    },
  };
}

function toProtoOutcome(outcome: Outcome<CountedVote>): VoteOutcome {
  return {
    result: outcome.ok
      ? { $case: 'vote', value: toProtoVote(outcome.value) }
      : { $case: 'refusal', value: toRefusal(outcome.error) },
  };
}

function toProtoPoll(poll: PollWithOptions): Poll {
  const { openedAt, endsAt, closedAt } = poll;
  return {
    id: poll.id,
    broadcastId: poll.broadcastId,
    ordinal: poll.ordinal,
    question: poll.question,
    options: poll.options.map(({ text, votes }) => ({ text, votes })),
    multiple: poll.multiple === 1,
    status: pollStatusCodec.toProto(poll.status),
    openedAt: new Date(openedAt),
    endsAt: endsAt === null ? undefined : new Date(endsAt),
    closedAt: closedAt === null ? undefined : new Date(closedAt),
    voters: poll.voters,
    hidesResults: poll.hidesResults === 1,
    version: poll.version,
  };
}

function toProtoVote({ pollId, userId, choices, votedAt }: CountedVote): Vote {
  return { pollId, userId, choices: [...choices], votedAt: new Date(votedAt) };
}
