import type { UserActor } from '../../common/auth/index.ts';
import type { Pulse } from '../../common/pulse/index.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { keepsResults } from './poll-rules.ts';
import type { PollWithOptions } from './store.ts';

interface BroadcastFacts {
  readonly status: 'scheduled' | 'live' | 'ended';
}

/** What someone is in a broadcast. */
interface Standing {
  readonly role: 'host' | 'moderator' | 'viewer';
  /** Until when they are kept out, if they are now. */
  readonly bannedUntil?: number;
}

/** What polls need to know of broadcasts; the broadcasts domain answers it. */
export interface PollBroadcasts {
  factsOf(ids: readonly string[]): Promise<ReadonlyMap<string, BroadcastFacts>>;
  /** Facts that stay true until the transaction is over. */
  lockOnSaleIn(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, BroadcastFacts>>;
  standingsOf(
    read: Reader,
    pairs: readonly { readonly broadcastId: string; readonly userId: string }[],
  ): Promise<Standing[]>;
  /** @throws NotFound, PermissionDenied unless host, moderator or admin */
  requireAuthority(read: Reader, actor: UserActor, broadcastId: string): Promise<unknown>;
}

export interface PollsDeps extends DomainDeps {
  readonly broadcasts: PollBroadcasts;
}

/** A poll as everyone may see it. */
export function withoutKeptResults(poll: PollWithOptions): PollWithOptions {
  if (!keepsResults(poll)) return poll;
  return { ...poll, options: poll.options.map((option) => ({ ...option, votes: 0 })) };
}

/** Tells the rooms how a poll stands, without what is kept back. */
export function publishPoll(pulse: Pulse, poll: PollWithOptions): void {
  const shown = withoutKeptResults(poll);
  pulse.publishBroadcast(poll.broadcastId, {
    type: 'poll',
    poll: {
      id: shown.id,
      ordinal: shown.ordinal,
      question: shown.question,
      multiple: shown.multiple === 1,
      hidesResults: shown.hidesResults === 1,
      status: shown.status,
      openedAt: shown.openedAt,
      endsAt: shown.endsAt ?? 0,
      closedAt: shown.closedAt ?? 0,
      voters: shown.voters,
      version: shown.version,
      options: shown.options.map(({ text, votes }) => ({ text, votes })),
    },
  });
}
