import type { LiveState, Sku } from './live-state.ts';

interface StockLevel {
  readonly skuId: string;
  readonly available: number;
  readonly version: number;
}

interface DealLevel {
  readonly dealId: string;
  readonly remaining: number;
  readonly version: number;
}

/** The SKUs on show by id: news of stock is about all SKUs there are, and most are not on show. */
export function indexSkus(state: LiveState): ReadonlyMap<string, Sku> {
  const skus = new Map<string, Sku>();
  for (const product of state.products.values()) {
    for (const sku of product.skus.values()) skus.set(sku.id, sku);
  }
  return skus;
}

/** Takes over stock levels of the given SKUs. Ignores others, and levels that are not newer. */
export function applyStockNews(
  skus: ReadonlyMap<string, Sku>,
  levels: readonly StockLevel[],
): void {
  for (const level of levels) {
    const sku = skus.get(level.skuId);
    if (sku === undefined || level.version <= sku.version) continue;
    sku.available = level.available;
    sku.version = level.version;
  }
}

/** Takes over what is left in deals. Ignores deals not on show, and levels that are not newer. */
export function applyDealNews(state: LiveState, levels: readonly DealLevel[]): void {
  for (const level of levels) {
    const deal = state.deals.get(level.dealId);
    if (deal === undefined || level.version <= deal.version) continue;
    deal.remaining = level.remaining;
    deal.version = level.version;
  }
}
