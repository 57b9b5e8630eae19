import { type Refusal, refusal } from './answer.ts';
import { claimGoods, giveBackGoods, sellGoods } from './goods.ts';
import { buyerKey, type Order, type World } from './world.ts';

export interface WantedLine {
  readonly skuId: string;
  /** Empty for none. */
  readonly dealId: string;
  readonly quantity: number;
  /** 0 for any. */
  readonly expectedUnitPrice: number;
}

export interface WantedOrder {
  readonly userId: string;
  readonly broadcastId: string;
  readonly lines: readonly WantedLine[];
}

/** What an order costs, or why it can't be had now. */
export function priceOrder(
  world: World,
  wanted: WantedOrder,
): { amount: number } | { refusal: Refusal } {
  const broadcast = world.broadcasts.get(wanted.broadcastId);
  if (broadcast === undefined) return { refusal: refusal('NOT_FOUND', { what: 'broadcast' }) };
  if (broadcast.status !== 'live') {
    return { refusal: refusal('BROADCAST_NOT_LIVE', { status: broadcast.status }) };
  }
  let amount = 0;
  for (const line of wanted.lines) {
    const sku = world.skus.get(line.skuId);
    if (sku === undefined || !broadcast.productIds.includes(sku.productId)) {
      return { refusal: refusal('NOT_FOUND', { what: 'sku' }) };
    }
    if (world.products.need(sku.productId).status !== 'on_sale') {
      return { refusal: refusal('PRODUCT_NOT_ON_SALE') };
    }
    const deal = line.dealId === '' ? undefined : world.deals.get(line.dealId);
    if (line.dealId !== '' && (deal?.broadcastId !== broadcast.id || deal.skuId !== sku.id)) {
      return { refusal: refusal('NOT_FOUND', { what: 'deal' }) };
    }
    const price = deal?.price ?? sku.price;
    if (line.expectedUnitPrice !== 0 && line.expectedUnitPrice !== price) {
      return { refusal: refusal('PRICE_CHANGED', { unitPrice: String(price) }) };
    }
    amount += price * line.quantity;
  }
  const refused = refuseDeals(world, wanted) ?? refuseStock(world, wanted);
  return refused === undefined ? { amount } : { refusal: refused };
}

function refuseDeals(world: World, { userId, lines }: WantedOrder): Refusal | undefined {
  for (const [dealId, quantity] of totals(lines.map((line) => [line.dealId, line.quantity]))) {
    if (dealId === '') continue;
    const deal = world.deals.need(dealId);
    if (world.now < deal.startsAt || world.now >= deal.endsAt) return refusal('DEAL_NOT_OPEN');
    const owned = world.buyers.get(buyerKey(dealId, userId)) ?? 0;
    if (owned + quantity > deal.limitPerBuyer) {
      return refusal('LIMIT_REACHED', { owned: String(owned), limit: String(deal.limitPerBuyer) });
    }
    if (quantity > deal.remaining) {
      return refusal('SOLD_OUT', { dealId, available: String(deal.remaining) });
    }
  }
  return undefined;
}

function refuseStock(world: World, { lines }: WantedOrder): Refusal | undefined {
  for (const [skuId, quantity] of totals(lines.map((line) => [line.skuId, line.quantity]))) {
    const { available } = world.skus.need(skuId);
    if (quantity > available) return refusal('SOLD_OUT', { skuId, available: String(available) });
  }
  return undefined;
}

function totals(entries: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, quantity] of entries) sums.set(key, (sums.get(key) ?? 0) + quantity);
  return sums;
}

export function openOrder(
  world: World,
  wanted: WantedOrder,
  made: { id: string; amount: number; termMs: number },
): void {
  const order: Order = {
    id: made.id,
    userId: wanted.userId,
    broadcastId: wanted.broadcastId,
    status: 'awaiting_payment',
    amount: made.amount,
    deadline: world.now + made.termMs,
    version: 1,
    lines: wanted.lines.map(({ skuId, dealId, quantity }) => {
      return { skuId, dealId: dealId === '' ? null : dealId, quantity };
    }),
  };
  world.orders.set(order.id, order);
  claimGoods(world, order);
}

function step(world: World, order: Order, status: Order['status']): void {
  world.orders.set(order.id, { ...order, status, version: order.version + 1 });
}

/** Whether a payment can begin; the order is under payment then. */
export function enterPayment(
  world: World,
  pay: { orderId: string; userId: string; amount: number },
): Refusal | undefined {
  const order = world.orders.get(pay.orderId);
  if (order === undefined || order.userId !== pay.userId) return refusal('NOT_FOUND');
  if (order.status !== 'awaiting_payment') {
    return refusal('INVALID_STATE', { state: order.status });
  }
  if (order.deadline <= world.now) return refusal('PAYMENT_DEADLINE_PASSED');
  if (order.amount !== pay.amount) return refusal('AMOUNT_MISMATCH');
  step(world, order, 'payment_processing');
  return undefined;
}

/** The payment came to nothing. */
export function leavePayment(world: World, orderId: string): void {
  const order = expectStatus(world, orderId, 'payment_processing');
  const late = order.deadline <= world.now;
  if (late) giveBackGoods(world, order, 'release');
  step(world, order, late ? 'expired' : 'awaiting_payment');
}

export function completePayment(world: World, orderId: string): void {
  const order = expectStatus(world, orderId, 'payment_processing');
  sellGoods(world, order);
  step(world, order, 'paid');
}

export function completeRefund(world: World, orderId: string): void {
  const order = expectStatus(world, orderId, 'refunding');
  giveBackGoods(world, order, 'return');
  step(world, order, 'refunded');
}

export function cancel(world: World, orderId: string, mayAct: boolean): Refusal | undefined {
  const order = world.orders.get(orderId);
  if (order === undefined || !mayAct) return refusal('NOT_FOUND');
  if (order.status === 'awaiting_payment') {
    giveBackGoods(world, order, 'release');
    step(world, order, 'cancelled');
    return undefined;
  }
  if (order.status !== 'paid') return refusal('INVALID_STATE', { state: order.status });
  step(world, order, 'refunding');
  return undefined;
}

/** Expires those that are due; answers which. */
export function expire(world: World, orderIds: readonly string[]): string[] {
  const due = [...new Set(orderIds)].filter((id) => {
    const order = world.orders.need(id);
    return order.status === 'awaiting_payment' && order.deadline <= world.now;
  });
  for (const id of due) {
    const order = world.orders.need(id);
    giveBackGoods(world, order, 'release');
    step(world, order, 'expired');
  }
  return due;
}

function expectStatus(world: World, orderId: string, status: Order['status']): Order {
  const order = world.orders.need(orderId);
  if (order.status !== status) throw new Error(`the model's order ${orderId} is ${order.status}`);
  return order;
}
