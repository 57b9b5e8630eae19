import type { Catalog } from '../catalog/index.ts';
import type { Reader } from '../db/index.ts';
import { readBroadcasts, readDealsById } from './store.ts';

/** A deal with what a chat tells of it. */
export interface ToldDeal {
  readonly dealId: string;
  readonly broadcastId: string;
  /** Since when the broadcast is live, epoch ms; absent while it is not. */
  readonly liveSince: number | undefined;
  /** Name of the product, with the variant's. */
  readonly name: string;
  /** Won a unit. */
  readonly price: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly remaining: number;
}

/** Deals in order of their ids; unknown ones are left out. */
export async function toldDealsOf(
  read: Reader,
  catalog: Catalog,
  dealIds: readonly string[],
): Promise<readonly ToldDeal[]> {
  const deals = await readDealsById(read, dealIds);
  const [broadcasts, skus] = await Promise.all([
    readBroadcasts(read, [...new Set(deals.map((deal) => deal.broadcastId))]),
    catalog.readSkus([...new Set(deals.map((deal) => deal.skuId))], read),
  ]);
  const live = new Map(
    broadcasts.map(({ id, status, startedAt }) => [
      id,
      status === 'live' ? (startedAt ?? 0) : undefined,
    ]),
  );
  return deals
    .map(({ id, broadcastId, skuId, price, startsAt, endsAt, remaining }) => ({
      ...{ dealId: id, broadcastId, liveSince: live.get(broadcastId) },
      name: skus.get(skuId)?.name ?? '',
      ...{ price, startsAt, endsAt, remaining },
    }))
    .sort((one, other) => (one.dealId < other.dealId ? -1 : 1));
}
