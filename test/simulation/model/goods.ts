import { buyerKey, note, type Order, type OrderLine, type Sku, type World } from './world.ts';

type Kind = 'receive' | 'adjust_out' | 'hold' | 'release' | 'sell' | 'return';

/** Moves units of a SKU; there must be enough of them. */
export function moveStock(
  world: World,
  kind: Kind,
  skuId: string,
  units: number,
  orderId = '',
): void {
  const sku = world.skus.need(skuId);
  const next = { ...after(sku, kind, units), version: sku.version + 1 };
  if (Math.min(next.available, next.held, next.sold) < 0) {
    throw new Error(`the model has too few units to ${kind} ${units} of ${skuId}`);
  }
  world.skus.set(skuId, next);
  note(world, `stock ${kind} ${skuId} ${units} ${orderId}`);
}

function after(sku: Sku, kind: Kind, units: number): Sku {
  const { received, adjustedOut, available, held, sold } = sku;
  switch (kind) {
    case 'receive':
      return { ...sku, received: received + units, available: available + units };
    case 'adjust_out':
      return { ...sku, adjustedOut: adjustedOut + units, available: available - units };
    case 'hold':
      return { ...sku, available: available - units, held: held + units };
    case 'release':
      return { ...sku, held: held - units, available: available + units };
    case 'sell':
      return { ...sku, held: held - units, sold: sold + units };
    case 'return':
      return { ...sku, sold: sold - units, available: available + units };
  }
}

/** Takes what a new order claims. */
export function claimGoods(world: World, order: Order): void {
  for (const line of order.lines) {
    moveStock(world, 'hold', line.skuId, line.quantity, order.id);
    claimDeal(world, order.userId, line, 1);
  }
}

/** Gives back what an order claimed or bought, to stock, deals and the buyer's limits. */
export function giveBackGoods(world: World, order: Order, kind: 'release' | 'return'): void {
  for (const line of order.lines) {
    moveStock(world, kind, line.skuId, line.quantity, order.id);
    claimDeal(world, order.userId, line, -1);
  }
}

export function sellGoods(world: World, order: Order): void {
  for (const line of order.lines) moveStock(world, 'sell', line.skuId, line.quantity, order.id);
}

function claimDeal(world: World, userId: string, line: OrderLine, sign: 1 | -1): void {
  if (line.dealId === null) return;
  const deal = world.deals.need(line.dealId);
  const remaining = deal.remaining - sign * line.quantity;
  if (remaining < 0 || remaining > deal.units) throw new Error(`the model oversells ${deal.id}`);
  world.deals.set(deal.id, { ...deal, remaining, version: deal.version + 1 });
  const key = buyerKey(deal.id, userId);
  world.buyers.set(key, (world.buyers.get(key) ?? 0) + sign * line.quantity);
}

/** Ends a deal now, unless it is over. */
export function closeDeal(world: World, dealId: string): void {
  const deal = world.deals.need(dealId);
  const { now } = world;
  if (deal.endsAt <= now) return;
  const startsAt = Math.min(deal.startsAt, now);
  world.deals.set(dealId, { ...deal, startsAt, endsAt: now, version: deal.version + 1 });
}
