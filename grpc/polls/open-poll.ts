import type { UserActor } from '../../common/auth/index.ts';
import { DomainError, InvalidState, NotFound } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { jobOf } from '../../common/jobs.ts';
import { enqueueJobs, once, type Tx } from '../db/index.ts';
import { closeIn } from './close-polls.ts';
import { takesVotes } from './poll-rules.ts';
import { type PollsDeps, publishPoll } from './polls-deps.ts';
import type { CreatePollInput } from './requests.ts';
import { insertPoll, lockDesk, lockPolls, notePoll } from './store.ts';

/**
 * Opens a poll in a live broadcast, and enqueues its closing if it has a duration; answers its id.
 * Once for each request id.
 * @throws NotFound, PermissionDenied unless host, moderator or admin; DomainError
 *   BROADCAST_NOT_LIVE; InvalidState while another poll is open
 */
export function openPoll(
  deps: PollsDeps,
  actor: UserActor,
  { requestId, ...input }: CreatePollInput,
): Promise<string> {
  const { db, clock, pulse, broadcasts } = deps;
  const { broadcastId } = input;
  const key = { action: 'polls.createPoll', by: actor.userId, requestId, input };
  return db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      // Locked first: a broadcast that ends at this moment finds the poll, or the poll the end.
      const facts = (await broadcasts.lockOnSaleIn(tx, [broadcastId])).get(broadcastId);
      if (facts === undefined) throw new NotFound('broadcast', broadcastId);
      await broadcasts.requireAuthority(tx, actor, broadcastId);
      if (facts.status !== 'live') {
        const message = `broadcast ${broadcastId} is not live`;
        throw new DomainError('BROADCAST_NOT_LIVE', message, { broadcastId });
      }
      const desk = await lockDesk(tx, broadcastId);
      const now = clock.now();
      if (desk.openPollId !== null) await makeRoom(deps, tx, desk.openPollId, now);
      const poll = toPoll(input, desk.lastOrdinal + 1, now);
      await insertPoll(tx, poll);
      await notePoll(tx, { pollId: poll.id, action: 'opened', actor: actor.userId, at: now });
      if (poll.endsAt !== null) {
        await enqueueJobs(tx, [jobOf('polls.expire', { pollId: poll.id }, poll.endsAt)], now);
      }
      tx.afterCommit(() => publishPoll(pulse, poll));
      return poll.id;
    }),
  );
}

/** Closes the poll that is open if its time is up. @throws InvalidState if it is not */
async function makeRoom(deps: PollsDeps, tx: Tx, openPollId: string, now: number): Promise<void> {
  const [open] = await lockPolls(tx, [openPollId]);
  if (open === undefined) return;
  if (takesVotes(open, now)) throw new InvalidState('poll', 'open', `poll ${open.id} is open`);
  await closeIn(deps, tx, open, { action: 'expired', actor: 'system', at: open.endsAt ?? now });
}

function toPoll(input: Omit<CreatePollInput, 'requestId'>, ordinal: number, now: number) {
  const { broadcastId, question, multiple, hidesResults, durationSeconds, options } = input;
  const id = newId('pol');
  return {
    id,
    broadcastId,
    ordinal,
    question,
    multiple: multiple ? 1 : 0,
    hidesResults: hidesResults ? 1 : 0,
    status: 'open' as const,
    openedAt: now,
    endsAt: durationSeconds === 0 ? null : now + durationSeconds * 1_000,
    closedAt: null,
    voters: 0,
    version: 1,
    options: options.map((text, position) => ({ pollId: id, position, text, votes: 0 })),
  };
}
