import { newId } from '../../../common/ids.ts';
import type { WantedLine } from '../model/orders.ts';
import type { Order } from '../model/world.ts';
import type { CardLuck } from '../platform/cards.ts';
import type { Call } from './call.ts';
import { cancelOrder, expireOrders, placeOrder } from './order-calls.ts';
import { payOrder } from './payment-calls.ts';
import { chargePoints, holdPoints, resolveHold } from './point-calls.ts';
import type { Dice } from './recent.ts';

/** An order of one to three lines, some of which can't be had. */
export function rollOrder(dice: Dice): Call | undefined {
  const { random, recent, platform } = dice;
  if (recent.broadcasts.length === 0) return undefined;
  const known = recent.broadcasts.filter((id) => dice.world.broadcasts.need(id).status === 'live');
  const fallback = random.pick(recent.broadcasts);
  const broadcastId =
    known.length > 0 && random.chance(0.95)
      ? random.pick(known)
      : random.chance(0.2)
        ? newId('brc')
        : fallback;
  const lines = Array.from({ length: 1 + random.below(3) }, () => rollLine(dice, broadcastId));
  const { userId } = random.pick(platform.people.buyers);
  return placeOrder(dice.newRequestId(), { userId, broadcastId, lines });
}

function rollLine({ random, world, recent }: Dice, broadcastId: string): WantedLine {
  const quantity = random.chance(0.05) ? 30 + random.below(60) : 1 + random.below(4);
  const deals = recent.deals.map((id) => world.deals.need(id));
  const here = deals.filter((deal) => deal.broadcastId === broadcastId);
  const offered = random.chance(0.9) ? here : deals;
  if (offered.length > 0 && random.chance(0.5)) {
    const turning = offered.filter(({ startsAt, endsAt }) =>
      [startsAt, endsAt].includes(world.now),
    );
    const deal = random.pick(turning.length > 0 ? turning : offered);
    return { skuId: deal.skuId, dealId: deal.id, quantity, expectedUnitPrice: 0 };
  }
  const shown = world.broadcasts.get(broadcastId)?.productIds ?? [];
  const skus = world.skus.values();
  const suitable = skus.filter(({ productId }) => shown.includes(productId));
  const sku = random.pick(suitable.length > 0 && random.chance(0.97) ? suitable : skus);
  const skuId = random.chance(0.01) ? newId('sku') : sku.id;
  const dealId = random.chance(0.01) ? newId('dea') : '';
  const expectedUnitPrice = random.chance(0.1) ? sku.price - random.below(2) : 0;
  return { skuId, dealId, quantity, expectedUnitPrice };
}

/** An order, one in that state if there is any, and rather one whose time is up this moment. */
function pickOrder({ random, world, recent }: Dice, status: Order['status']): Order | undefined {
  if (recent.orders.length === 0) return undefined;
  const orders = recent.orders.map((id) => world.orders.need(id));
  const liked = orders.filter((order) => order.status === status);
  const turning = liked.filter(({ deadline }) => deadline === world.now);
  if (turning.length > 0) return random.pick(turning);
  return random.pick(liked.length > 0 && random.chance(0.9) ? liked : orders);
}

export function rollPointPayment(dice: Dice): Call | undefined {
  const order = pickOrder(dice, 'awaiting_payment');
  return order && payOrder(rollPay(dice, order));
}

function rollPay({ random, platform, newRequestId }: Dice, order: Order) {
  const isOwn = random.chance(0.97);
  return {
    requestId: newRequestId(),
    userId: isOwn ? order.userId : random.pick(platform.people.buyers).userId,
    orderId: order.id,
    amount: order.amount + (random.chance(0.03) ? 1 : 0),
  };
}

const lucks: readonly CardLuck[] = [
  'approve',
  'approve',
  'approve',
  'approve',
  'decline:REJECT_CARD_PAYMENT',
  'decline:REJECT_CARD_PAYMENT',
  'timeout',
  'lost',
];

export async function rollCardPayment(dice: Dice): Promise<Call | undefined> {
  const order = pickOrder(dice, 'awaiting_payment');
  if (order === undefined) return undefined;
  const outcome = dice.random.pick(lucks);
  const cancelOutcome = dice.random.pick(lucks);
  const pay = rollPay(dice, order);
  const { id: orderId, amount } = order;
  const cardKey = await dice.platform.cards.choose({ orderId, amount, outcome, cancelOutcome });
  dice.recent.cards.add(cardKey);
  if (outcome === 'lost' || cancelOutcome !== 'approve') dice.recent.stuckCards.add(cardKey);
  return payOrder({ ...pay, cardKey });
}

export function rollCancel(dice: Dice): Call | undefined {
  const { random, platform } = dice;
  const order = pickOrder(dice, random.chance(0.5) ? 'paid' : 'awaiting_payment');
  if (order === undefined) return undefined;
  const { buyers, admin } = platform.people;
  const owner = buyers.find(({ userId }) => userId === order.userId);
  const by = random.chance(0.15) || owner === undefined ? admin : owner;
  return cancelOrder(dice.newRequestId(), random.chance(0.04) ? random.pick(buyers) : by, order);
}

/** A worker whose clock differs from ours looks at orders. */
export function rollExpiry({ random, world, recent }: Dice): Call | undefined {
  if (recent.orders.length === 0) return undefined;
  const turning = recent.orders.filter((id) => world.orders.need(id).deadline === world.now);
  const others = Array.from({ length: 1 + random.below(4) }, () => random.pick(recent.orders));
  return expireOrders([...new Set([...turning, ...others])]);
}

export function rollCharge({ random, world, platform, newRequestId }: Dice): Call {
  const { userId } = random.pick(platform.people.buyers);
  const amount = 1 + random.below(20_000);
  // Some lapse at the same time, and a few should have lapsed already.
  const lastsMs = random.chance(0.03) ? 0 : 1_000 * (5 + 5 * random.below(60));
  const expiresAt = Math.ceil(world.now / 5_000) * 5_000 + lastsMs;
  return chargePoints(newRequestId(), { userId, amount, expiresAt });
}

export function rollHold({ random, platform, newRequestId }: Dice): Call {
  const { userId } = random.pick(platform.people.buyers);
  return holdPoints(newRequestId(), { userId, amount: 1 + random.below(8_000) });
}

export function rollResolution({ random, recent }: Dice): Call | undefined {
  const kind = random.chance(0.5) ? 'post' : 'void';
  if (random.chance(0.02)) return resolveHold(kind, newId('trf'));
  if (recent.holds.length === 0) return undefined;
  return resolveHold(kind, random.pick(recent.holds));
}
