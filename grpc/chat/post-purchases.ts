import type { PostDeps } from './post-messages.ts';
import { purchaseText } from './purchase-text.ts';

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

/**
 * Tells the rooms who bought what, once for each order ever. Left out where the broadcast is not
 * live: an order may be paid after the end, when nobody is there to be told, and a chat that is
 * over stays as it was.
 * @throws whatever kept one of them from being stored; telling all of them again is safe
 */
export async function postPurchases(
  { broadcasts, batcher }: PostDeps,
  users: NameLookup,
  purchases: readonly Purchase[],
): Promise<void> {
  const facts = await broadcasts.factsOf(purchases.map((purchase) => purchase.broadcastId));
  const toTell = purchases.filter(({ broadcastId }) => facts.get(broadcastId)?.status === 'live');
  if (toTell.length === 0) return;
  const names = await users.namesOf([...new Set(toTell.map((purchase) => purchase.userId))]);
  await Promise.all(
    toTell.map(({ orderId, broadcastId, userId, summary, quantity }) =>
      batcher.submit({
        broadcastId,
        kind: 'purchase',
        userId: '',
        clientId: orderId,
        name: '',
        text: purchaseText(names.get(userId), summary, quantity),
      }),
    ),
  );
}
