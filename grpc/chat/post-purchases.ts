import type { Database } from '../db/index.ts';
import type { ChatPurchaseRow } from './entities.ts';
import type { BroadcastLookup } from './facts-reader.ts';
import { recordPurchases } from './purchase-store.ts';
import { buyerName, clipSummary } from './purchase-text.ts';
import { type TellDeps, tellPurchasesIn } from './tell-purchases.ts';

/** Where chat learns the names of buyers; the users domain is one. */
export interface NameLookup {
  /** Names shown, by user; unknown users are left out. */
  namesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A paid order to tell of. */
export interface Purchase {
  readonly orderId: string;
  readonly broadcastId: string;
  readonly userId: string;
  readonly summary: string;
  readonly quantity: number;
}

/** What telling of paid orders takes. */
export interface PurchaseDeps extends TellDeps {
  readonly db: Database;
  readonly broadcasts: BroadcastLookup;
  readonly users: NameLookup;
}

/**
 * Tells the rooms who bought what. Each order is counted in exactly one message ever, however often
 * this is asked and wherever it ends: at once if the room was told nothing for a while, else with
 * the others of its window; see tell-purchases.ts. Left out where the broadcast is not live: an
 * order may be paid after the end, when nobody is there to be told.
 * @throws whatever kept them from being stored; telling all of them again is safe
 */
export async function postPurchases(
  deps: PurchaseDeps,
  purchases: readonly Purchase[],
): Promise<void> {
  const { db, broadcasts, users, clock } = deps;
  const facts = await broadcasts.factsOf(purchases.map((purchase) => purchase.broadcastId));
  const toTell = purchases.filter(({ broadcastId }) => facts.get(broadcastId)?.status === 'live');
  if (toTell.length === 0) return;
  const names = await users.namesOf([...new Set(toTell.map((purchase) => purchase.userId))]);
  const rows = toTell.map(({ orderId, broadcastId, userId, summary, quantity }) => {
    const buyer = buyerName(names.get(userId));
    return { orderId, broadcastId, userId, buyer, summary: clipSummary(summary), quantity };
  });
  const ids = broadcastsOf(rows);
  await db.transaction(async (tx) => {
    await deps.lockChats(tx, ids);
    const recordedAt = clock.now();
    await recordPurchases(
      tx,
      rows.map((row) => ({ ...row, seq: 0, recordedAt })),
    );
    await tellPurchasesIn(deps, tx, ids, 'in its window');
  });
}

/**
 * Ends windows: tells these rooms of everything that they were not told of, also when the broadcast
 * ended meanwhile. Doing it again changes nothing.
 */
export async function tellPurchases(
  deps: PurchaseDeps,
  broadcastIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(broadcastIds)].sort();
  if (ids.length === 0) return;
  await deps.db.transaction(async (tx) => {
    await deps.lockChats(tx, ids);
    await tellPurchasesIn(deps, tx, ids, 'now');
  });
}

function broadcastsOf(rows: readonly Pick<ChatPurchaseRow, 'broadcastId'>[]): string[] {
  return [...new Set(rows.map((row) => row.broadcastId))].sort();
}
