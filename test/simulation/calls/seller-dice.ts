import type { Call } from './call.ts';
import type { Dice } from './recent.ts';
import {
  adjustStock,
  announceBroadcast,
  closeDeal,
  openDeal,
  runBroadcast,
  setProductStatus,
  showProducts,
} from './seller-calls.ts';

export function rollAdjustment({ random, world, platform, newRequestId }: Dice): Call {
  const sku = random.pick(world.skus.values());
  const isIn = random.chance(0.55);
  return adjustStock(platform.people.seller, newRequestId(), {
    skuId: sku.id,
    kind: isIn ? 'receive' : 'adjust_out',
    quantity: 1 + random.below(isIn ? 16 : 10),
    expectedVersion: random.chance(0.2) ? sku.version : 0,
  });
}

/** Stops a product, or, more often, sells it again. */
export function rollProduct({ random, world, platform, newRequestId }: Dice): Call {
  const product = random.pick(world.products.values());
  const version = product.version + (random.chance(0.1) ? 1 : 0);
  const status =
    product.status === 'on_sale' && random.chance(0.3)
      ? ('stopped' as const)
      : ('on_sale' as const);
  const input = { id: product.id, version, status, name: `goods ${random.below(10)}` };
  return setProductStatus(platform.people.seller, newRequestId(), input);
}

export function rollDeal({
  random,
  world,
  recent,
  platform,
  newRequestId,
}: Dice): Call | undefined {
  if (recent.broadcasts.length === 0) return undefined;
  const broadcast = world.broadcasts.need(random.pick(recent.broadcasts));
  const sku = random.pick(world.skus.values());
  const units = 1 + random.below(30);
  const startsAt = world.now + random.pick([-1_000, 0, 0, 3_000, 20_000]);
  return openDeal(platform.people.seller, newRequestId(), {
    broadcastId: broadcast.id,
    skuId: sku.id,
    price: Math.max(1, Math.floor(sku.price * random.next())),
    startsAt,
    endsAt: startsAt + 1_000 * (1 + random.below(120)),
    units,
    limitPerBuyer: 1 + random.below(Math.min(units, 6)),
  });
}

export function rollDealEnd({
  random,
  world,
  recent,
  platform,
  newRequestId,
}: Dice): Call | undefined {
  if (recent.deals.length === 0) return undefined;
  const deal = world.deals.need(random.pick(recent.deals));
  const { admin, seller } = platform.people;
  return closeDeal(random.chance(0.2) ? admin : seller, newRequestId(), deal);
}

/** What keeps two broadcasts on the air; now and then one ends. */
export function rollBroadcast(dice: Dice): Call {
  const { random, world, recent, platform, newRequestId } = dice;
  const { seller, admin } = platform.people;
  const all = recent.broadcasts.map((id) => world.broadcasts.need(id));
  const open = all.filter(({ status }) => status !== 'ended');
  if (open.length < 2) return announceBroadcast(seller, newRequestId());
  const broadcast = random.pick(random.chance(0.9) ? open : all);
  const { id: broadcastId } = broadcast;
  if (broadcast.productIds.length === 0 || random.chance(0.1)) {
    const products = world.products.values().filter(() => random.chance(0.9));
    const productIds = products.map(({ id }) => id);
    return showProducts(seller, newRequestId(), { broadcastId, productIds });
  }
  if (broadcast.status === 'scheduled' || random.chance(0.1)) {
    return runBroadcast(seller, newRequestId(), { broadcastId, to: 'live' });
  }
  const by = random.chance(0.3) ? admin : seller;
  return runBroadcast(by, newRequestId(), { broadcastId, to: 'ended' });
}
