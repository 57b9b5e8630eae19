import type { UserActor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { once, type Tx } from '../db/index.ts';
import type { PollAction } from './entities.ts';
import { takesVotes } from './poll-rules.ts';
import { type PollsDeps, publishPoll } from './polls-deps.ts';
import type { ClosePollInput } from './requests.ts';
import {
  lockDesk,
  lockPolls,
  notePoll,
  type PollWithOptions,
  readPoll,
  readPolls,
  writeClosed,
} from './store.ts';

interface Closing {
  readonly action: Exclude<PollAction, 'opened'>;
  /** A user id, or `system`. */
  readonly actor: string;
  readonly at: number;
}

/** Closes a locked poll that is open; tells the rooms after the commit. */
export async function closeIn(
  { pulse }: PollsDeps,
  tx: Tx,
  poll: PollWithOptions,
  { action, actor, at }: Closing,
): Promise<void> {
  const closed: PollWithOptions = {
    ...poll,
    status: 'closed',
    closedAt: at,
    version: poll.version + 1,
  };
  await writeClosed(tx, closed);
  await notePoll(tx, { pollId: poll.id, action, actor, at });
  tx.afterCommit(() => publishPoll(pulse, closed));
}

/**
 * Closes a poll before its time; one that is closed stays as it is. Once for each request id.
 * @throws NotFound, PermissionDenied unless host, moderator or admin
 */
export async function closePoll(
  deps: PollsDeps,
  actor: UserActor,
  { requestId, pollId }: ClosePollInput,
): Promise<void> {
  const { db, clock, broadcasts } = deps;
  const key = { action: 'polls.closePoll', by: actor.userId, requestId, input: pollId };
  await db.transaction((tx) =>
    once(tx, key, clock.now(), async () => {
      const poll = await readPoll(tx, pollId);
      if (poll === undefined) throw new NotFound('poll', pollId);
      await broadcasts.requireAuthority(tx, actor, poll.broadcastId);
      await settle(deps, tx, poll, (open, now) =>
        takesVotes(open, now)
          ? { action: 'closed', actor: actor.userId, at: now }
          : { action: 'expired', actor: 'system', at: open.endsAt ?? now },
      );
      return null;
    }),
  );
}

/** Closes those whose time is up; answers those that are open and whose time is not. */
export async function expirePolls(deps: PollsDeps, pollIds: readonly string[]): Promise<string[]> {
  const pending: string[] = [];
  for (const poll of await readPolls(deps.db.primary, [...new Set(pollIds)])) {
    if (poll.endsAt === null) continue;
    if (takesVotes(poll, deps.clock.now())) {
      pending.push(poll.id);
      continue;
    }
    const at = poll.endsAt;
    await deps.db.transaction((tx) =>
      settle(deps, tx, poll, () => ({ action: 'expired', actor: 'system', at })),
    );
  }
  return pending;
}

/** Closes what is still open of broadcasts that have ended. */
export async function endPolls(deps: PollsDeps, broadcastIds: readonly string[]): Promise<void> {
  const { db, broadcasts } = deps;
  const facts = await broadcasts.factsOf([...new Set(broadcastIds)]);
  for (const [broadcastId, { status }] of facts) {
    if (status !== 'ended') continue;
    await db.transaction(async (tx) => {
      const { openPollId } = await lockDesk(tx, broadcastId);
      if (openPollId === null) return;
      const [open] = await lockPolls(tx, [openPollId]);
      if (open === undefined) return;
      const now = deps.clock.now();
      const at = Math.min(now, open.endsAt ?? now);
      await closeIn(deps, tx, open, { action: 'ended', actor: 'system', at });
    });
  }
}

/** Locks the poll behind its desk, and closes it as told if it is still open. */
async function settle(
  deps: PollsDeps,
  tx: Tx,
  { id, broadcastId }: PollWithOptions,
  closingOf: (open: PollWithOptions, now: number) => Closing,
): Promise<void> {
  await lockDesk(tx, broadcastId);
  const [poll] = await lockPolls(tx, [id]);
  // Read after the locks: votes that were counted before the closing came before it.
  if (poll?.status === 'open') await closeIn(deps, tx, poll, closingOf(poll, deps.clock.now()));
}
