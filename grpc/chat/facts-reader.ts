import type { UserActor } from '../../common/auth/index.ts';
import { createCoalescer } from '../../common/coalesce.ts';
import type { Reader } from '../db/index.ts';
import type { BroadcastFacts } from './chat-policy.ts';

/** Where chat learns of broadcasts; the broadcasts domain is one. */
export interface BroadcastLookup {
  /** Facts by id as of now; unknown ids are left out. `read` may be a transaction. */
  factsOf(ids: readonly string[], read?: Reader): Promise<ReadonlyMap<string, BroadcastFacts>>;
  /**
   * What each of these people is in the broadcast now, in order. `hosts` says whose broadcasts they
   * are where that is known already.
   */
  standingsOf(
    read: Reader,
    pairs: readonly { readonly broadcastId: string; readonly userId: string }[],
    hosts?: ReadonlyMap<string, string>,
  ): Promise<readonly Standing[]>;
  /** @throws NotFound for an unknown broadcast, PermissionDenied unless host, moderator or admin */
  requireAuthority(read: Reader, actor: UserActor, broadcastId: string): Promise<BroadcastKeeper>;
}

/** By which right someone keeps order in a seller's broadcast. */
export interface BroadcastKeeper {
  readonly sellerId: string;
  readonly authority: 'host' | 'admin' | 'moderator';
}

/** What someone is in a broadcast, and until when they are kept out of it (epoch ms), if they are. */
export interface Standing {
  readonly role: 'host' | 'moderator' | 'viewer';
  readonly bannedUntil?: number;
}

/** A look-up that remembers whose broadcasts are: that never changes. */
export interface ChatBroadcasts extends BroadcastLookup {
  /** Sellers by broadcast; unknown ids are left out. */
  sellersOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Broadcasts whose sellers are remembered; the oldest are forgotten. */
const maxRemembered = 10_000;

/**
 * Calls that come while a look-up is under way share the next one. Not a cache: a message is
 * judged by what was so after it came, so the first one of a broadcast that just went live is
 * never refused; and the look-ups grow with time, not with messages.
 */
export function createFactsReader(broadcasts: BroadcastLookup, maxQueue: number): ChatBroadcasts {
  const lookUps = createCoalescer<readonly string[], ReadonlyMap<string, BroadcastFacts>>({
    name: 'chat look-ups',
    maxBatch: 256,
    maxQueue,
    async run(calls) {
      const facts = await broadcasts.factsOf([...new Set(calls.flat())]);
      return calls.map(() => ({ status: 'fulfilled', value: facts }));
    },
  });
  const sellers = new Map<string, string>();

  async function remember(ids: readonly string[]): Promise<void> {
    for (const [id, { sellerId }] of await lookUps.submit(ids)) sellers.set(id, sellerId);
    for (const id of sellers.keys()) {
      if (sellers.size <= maxRemembered) break;
      sellers.delete(id);
    }
  }

  return {
    factsOf: (ids, read) =>
      read === undefined ? lookUps.submit(ids) : broadcasts.factsOf(ids, read),
    async sellersOf(ids) {
      const unknown = ids.filter((id) => !sellers.has(id));
      if (unknown.length > 0) await remember(unknown);
      return new Map(
        ids.flatMap((id) => {
          const sellerId = sellers.get(id);
          return sellerId === undefined ? [] : [[id, sellerId] as const];
        }),
      );
    },
    standingsOf: (read, pairs, hosts) => broadcasts.standingsOf(read, pairs, hosts),
    requireAuthority: (read, actor, id) => broadcasts.requireAuthority(read, actor, id),
  };
}
