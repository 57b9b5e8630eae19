import { DomainError, InvalidArgument, NotFound } from '../../common/errors/index.ts';
import { newId, randomText } from '../../common/ids.ts';
import { maxAmount, priceOf, toWon } from '../../common/money.ts';
import type { BroadcastOnSale, DealBook } from '../broadcasts/index.ts';
import type { SkuForSale, StockBook } from '../catalog/index.ts';
import { accepted, type Outcome, refused } from '../db/index.ts';
import type { OrderLineRow } from './entities.ts';
import type { PlaceOrderInput } from './requests.ts';
import type { OrderWithLines } from './store.ts';

/** Everything that an order is decided by: locked, or true until the transaction is over. */
export interface Market {
  readonly broadcasts: ReadonlyMap<string, BroadcastOnSale>;
  readonly stock: StockBook;
  readonly deals: DealBook;
  /** Buyers who may not buy. */
  readonly suspended: ReadonlySet<string>;
  readonly now: number;
  /** Milliseconds a buyer has to pay. */
  readonly paymentTermMs: number;
}

/**
 * Decides one order by itself. An accepted order has taken its stock and its units of deals in the
 * books, so the next decision sees them gone; a refused one has taken nothing.
 */
export function decideOrder(market: Market, input: PlaceOrderInput): Outcome<OrderWithLines> {
  try {
    return accepted(takeOrder(market, input));
  } catch (error) {
    if (error instanceof DomainError) return refused(error);
    throw error;
  }
}

function takeOrder(market: Market, input: PlaceOrderInput): OrderWithLines {
  if (market.suspended.has(input.userId)) {
    throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
  }
  const broadcast = market.broadcasts.get(input.broadcastId);
  if (broadcast === undefined) throw new NotFound('broadcast', input.broadcastId);
  if (broadcast.status !== 'live') {
    throw new DomainError('BROADCAST_NOT_LIVE', `broadcast ${input.broadcastId} is not live`, {
      status: broadcast.status,
    });
  }
  const orderId = newId('ord');
  const lines = input.lines.map((line, position) =>
    priceLine(market, broadcast, input.broadcastId, orderId, line, position),
  );
  const amount = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
  if (amount > maxAmount)
    throw new InvalidArgument('the order is too large', { amount: String(amount) });
  checkDeals(market, input.userId, lines);
  checkStock(market, lines);
  takeGoods(market, input.userId, lines);
  return {
    id: orderId,
    number: `ORDER-${randomText(8)}`,
    userId: input.userId,
    sellerId: broadcast.sellerId,
    broadcastId: input.broadcastId,
    status: 'awaiting_payment',
    amount,
    paymentDeadline: market.now + market.paymentTermMs,
    createdAt: market.now,
    paidAt: null,
    version: 1,
    lines,
  };
}

function priceLine(
  market: Market,
  broadcast: BroadcastOnSale,
  broadcastId: string,
  orderId: string,
  line: PlaceOrderInput['lines'][number],
  position: number,
): OrderLineRow {
  const sku = market.stock.sku(line.skuId);
  if (sku === undefined || !broadcast.productIds.has(sku.productId)) {
    throw new NotFound('sku', line.skuId);
  }
  if (sku.status !== 'on_sale') {
    throw new DomainError('PRODUCT_NOT_ON_SALE', `${sku.productId} is not on sale`, {
      productId: sku.productId,
    });
  }
  const unitPrice = priceOfUnit(market, sku, broadcastId, line.dealId);
  if (line.expectedUnitPrice !== 0 && line.expectedUnitPrice !== unitPrice) {
    throw new DomainError('PRICE_CHANGED', `the price of ${sku.skuId} is ${unitPrice}`, {
      skuId: sku.skuId,
      unitPrice: String(unitPrice),
    });
  }
  return {
    orderId,
    position,
    skuId: sku.skuId,
    productId: sku.productId,
    dealId: line.dealId === '' ? null : line.dealId,
    name: sku.name,
    unitPrice: priceOf(toWon(unitPrice), 1),
    quantity: line.quantity,
  };
}

function priceOfUnit(market: Market, sku: SkuForSale, broadcastId: string, dealId: string): number {
  if (dealId === '') return sku.price;
  const deal = market.deals.deal(dealId);
  if (deal === undefined || deal.broadcastId !== broadcastId || deal.skuId !== sku.skuId) {
    throw new NotFound('deal', dealId);
  }
  return deal.price;
}

/** Lines of one deal count together, against its time, its limit per buyer, and its units. */
function checkDeals(market: Market, userId: string, lines: readonly OrderLineRow[]): void {
  for (const [dealId, quantity] of totals(lines, (line) => line.dealId)) {
    const refusal = market.deals.refuse({ dealId, userId, quantity }, market.now);
    if (refusal !== undefined) throw refusal;
  }
}

/** Lines of one SKU count together. */
function checkStock(market: Market, lines: readonly OrderLineRow[]): void {
  for (const [skuId, quantity] of totals(lines, (line) => line.skuId)) {
    const { available } = market.stock.stock(skuId);
    if (quantity > available) {
      throw new DomainError('SOLD_OUT', `${skuId} has ${available} units left`, {
        skuId,
        available: String(available),
      });
    }
  }
}

function takeGoods(market: Market, userId: string, lines: readonly OrderLineRow[]): void {
  for (const { orderId, skuId, dealId, quantity } of lines) {
    market.stock.move({ skuId, kind: 'hold', quantity, orderId, actor: userId });
    if (dealId !== null) market.deals.claim({ dealId, userId, quantity });
  }
}

function totals(
  lines: readonly OrderLineRow[],
  keyOf: (line: OrderLineRow) => string | null,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const key = keyOf(line);
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + line.quantity);
  }
  return sums;
}
