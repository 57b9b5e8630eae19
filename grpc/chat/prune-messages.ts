import type { Clock } from '../../common/clock.ts';
import type { Database } from '../db/index.ts';
import type { BroadcastFacts } from './chat-policy.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { listChannels, removeOldest } from './retention-store.ts';

/** What a bite of the sweep took away, and where the next one begins. */
export interface PruneBite {
  readonly removed: number;
  /** The broadcast to go on after; empty is before all of them. */
  readonly after: string;
  /** Whether the sweep is over. */
  readonly done: boolean;
}

export interface PruneDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly broadcasts: BroadcastLookup;
  /** How long messages are kept after their broadcast ended, in milliseconds; 0 keeps them. */
  readonly retentionMs: number;
}

/** Channels looked at in one bite. */
const channelsPerBite = 100;

/**
 * Removes the oldest messages of broadcasts that ended longer ago than they are kept, at most
 * `limit` rows, in short transactions. A sweep begins with an empty `after` and goes over the chats
 * in the order of their ids. Messages of live broadcasts are never touched, and
 * numbers are never given again.
 */
export async function pruneMessages(
  { db, clock, broadcasts, retentionMs }: PruneDeps,
  limit: number,
  after: string,
): Promise<PruneBite> {
  if (retentionMs === 0) return { removed: 0, after, done: true };
  const endedBefore = clock.now() - retentionMs;
  const channels = await listChannels(db.primary, after, channelsPerBite);
  const facts = await broadcasts.factsOf(channels);
  let removed = 0;
  let swept = after;
  for (const broadcastId of channels) {
    let left = isOver(facts.get(broadcastId), endedBefore);
    while (left && removed < limit) {
      const bite = await db.transaction((tx) => removeOldest(tx, broadcastId, limit - removed));
      removed += bite.removed;
      left = bite.left;
    }
    // The next bite begins with this one again.
    if (left) return { removed, after: swept, done: false };
    swept = broadcastId;
  }
  return { removed, after: swept, done: channels.length < channelsPerBite };
}

function isOver(facts: BroadcastFacts | undefined, endedBefore: number): boolean {
  return facts?.status === 'ended' && (facts.endedAt ?? endedBefore) < endedBefore;
}
