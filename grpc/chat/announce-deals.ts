import type { Clock } from '../../common/clock.ts';
import type { Database, Reader, Tx } from '../db/index.ts';
import type { Announcement } from './announcement.ts';
import { dealNews, type ToldDeal } from './deal-texts.ts';

/** Where chat learns of deals; the broadcasts domain is one. */
export interface DealLookup {
  /** Deals as they are now, in order of their ids; unknown ids are left out. */
  toldDealsOf(read: Reader, dealIds: readonly string[]): Promise<readonly ToldDeal[]>;
}

export interface AnnounceDealsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly deals: DealLookup;
  /** Locks chats until the transaction is over. */
  readonly lockChats: (tx: Tx, broadcastIds: readonly string[]) => Promise<unknown>;
  readonly announceIn: (tx: Tx, announcements: readonly Announcement[]) => Promise<void>;
}

/**
 * Says in the rooms what became of these deals, each thing once ever, and only while the broadcast is
 * live. Doing it again changes nothing.
 */
export async function announceDeals(
  { db, clock, deals, lockChats, announceIn }: AnnounceDealsDeps,
  dealIds: readonly string[],
): Promise<void> {
  const known = await deals.toldDealsOf(db.primary, dealIds);
  const live = known.filter(({ liveSince }) => liveSince !== undefined);
  if (live.length === 0) return;
  await db.transaction(async (tx) => {
    const ids = new Set(live.map(({ broadcastId }) => broadcastId));
    await lockChats(tx, [...ids].sort());
    // Read again behind the locks: of two who are at it the later one knows at least as much.
    const told = await deals.toldDealsOf(
      tx,
      live.map(({ dealId }) => dealId),
    );
    await announceIn(
      tx,
      told.flatMap((deal) => dealNews(deal, clock.now())),
    );
  });
}
