import type {
  Broadcast,
  BroadcastProduct,
  Deal as DealRow,
} from '../../proto/gen/onair/broadcasts/v1/broadcasts.ts';
import type { Sku as SkuRow } from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { Deal, type LiveState, Product, Sku } from './live-state.ts';
import { broadcastStatusNames, productStatusNames } from './names.ts';

/**
 * Makes the state show a broadcast as it was read. Only what differs is written, so a broadcast
 * that did not change costs the viewers nothing. Units are taken over unless news brought a later
 * version; the status of deals is left to the deal clock.
 */
export function applyBroadcast(state: LiveState, broadcast: Broadcast): void {
  state.id = broadcast.id;
  state.sellerId = broadcast.sellerId;
  state.title = broadcast.title;
  state.status = broadcastStatusNames[broadcast.status];
  state.startedAt = epochMs(broadcast.startedAt);
  state.endedAt = epochMs(broadcast.endedAt);
  state.viewers.peak = Math.max(state.viewers.peak, broadcast.peakViewers);
  state.notice.text = broadcast.notice?.text ?? '';
  state.notice.emphasised = broadcast.notice?.emphasised ?? false;
  state.notice.pinnedAt = epochMs(broadcast.notice?.pinnedAt);
  applyProducts(state, broadcast.products);
  applyDeals(state, broadcast.deals);
}

function applyProducts(state: LiveState, shown: readonly BroadcastProduct[]): void {
  const left = new Set(state.products.keys());
  for (const { product, position, highlighted } of shown) {
    if (product === undefined) continue;
    left.delete(product.id);
    const target = state.products.get(product.id) ?? new Product({ id: product.id });
    target.name = product.name;
    target.position = position;
    target.highlighted = highlighted;
    target.status = productStatusNames[product.status];
    applySkus(target, product.skus);
    if (!state.products.has(product.id)) state.products.set(product.id, target);
  }
  for (const id of left) state.products.delete(id);
}

function applySkus(product: Product, skus: readonly SkuRow[]): void {
  const left = new Set(product.skus.keys());
  skus.forEach((row, position) => {
    left.delete(row.id);
    const target = product.skus.get(row.id) ?? new Sku({ id: row.id });
    target.position = position;
    target.name = row.name;
    target.price = row.price;
    if (row.stock !== undefined && row.stock.version >= target.version) {
      target.available = row.stock.available;
      target.version = row.stock.version;
    }
    if (!product.skus.has(row.id)) product.skus.set(row.id, target);
  });
  for (const id of left) product.skus.delete(id);
}

function applyDeals(state: LiveState, deals: readonly DealRow[]): void {
  const left = new Set(state.deals.keys());
  for (const row of deals) {
    left.delete(row.id);
    const target = state.deals.get(row.id) ?? new Deal({ id: row.id });
    target.productId = row.productId;
    target.skuId = row.skuId;
    target.price = row.price;
    target.startsAt = epochMs(row.startsAt);
    target.endsAt = epochMs(row.endsAt);
    target.units = row.units;
    target.limitPerBuyer = row.limitPerBuyer;
    if (row.version >= target.version) {
      target.remaining = row.remaining;
      target.version = row.version;
    }
    if (!state.deals.has(row.id)) state.deals.set(row.id, target);
  }
  for (const id of left) state.deals.delete(id);
}

function epochMs(date: Date | undefined): number {
  return date?.getTime() ?? 0;
}
