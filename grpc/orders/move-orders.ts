import type { Broadcasts } from '../broadcasts/index.ts';
import type { Catalog, StockBook } from '../catalog/index.ts';
import type { Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { OrderLineRow, OrderRow } from './entities.ts';
import {
  assertOrderTransition,
  type OrderCause,
  type OrderStatus,
  type StockEffect,
} from './order-state.ts';
import { insertHistory, type OrderWithLines, withLines, writeStatus } from './store.ts';

/** What orders are made of. */
export interface OrdersDeps extends DomainDeps {
  readonly catalog: Catalog;
  readonly broadcasts: Broadcasts;
  /** Those of the users who may not buy. */
  readonly suspendedAmong: (tx: Tx, userIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** One step that several orders make together. */
export interface OrderStep {
  readonly to: OrderStatus;
  readonly by: OrderCause;
  /** Who: a user id, or `system`. */
  readonly actor: string;
  readonly reason?: string | undefined;
}

const movementOf = { release: 'release', sell: 'sell', return: 'return' } as const;

/**
 * The one way in which an order changes its state: checks the transition, moves stock and deal
 * units as the table says, and writes the history. The orders must be locked by this transaction.
 * Answers them with their lines, as they were before.
 * @throws InvalidState when one of them can't make the step; then none does
 */
export async function moveOrders(
  deps: OrdersDeps,
  tx: Tx,
  orders: readonly OrderRow[],
  step: OrderStep,
): Promise<OrderWithLines[]> {
  if (orders.length === 0) return [];
  const now = deps.clock.now();
  const effects = new Map(
    orders.map((order) => [order.id, assertOrderTransition(order.status, step.to, step.by)]),
  );
  const whole = await withLines(tx, orders);
  const touching = whole.filter((order) => effects.get(order.id) !== 'none');
  await moveGoods(deps, tx, touching, (order) => effects.get(order.id) ?? 'none', step.actor);
  await writeStatus(tx, orders, step.to, step.to === 'paid' ? now : null);
  await insertHistory(
    tx,
    orders.map((order) => ({
      orderId: order.id,
      version: order.version + 1,
      fromStatus: order.status,
      toStatus: step.to,
      actor: step.actor,
      reason: step.reason ?? null,
      at: now,
    })),
  );
  return whole;
}

async function moveGoods(
  deps: OrdersDeps,
  tx: Tx,
  orders: readonly OrderWithLines[],
  effectOf: (order: OrderWithLines) => StockEffect,
  actor: string,
): Promise<void> {
  if (orders.length === 0) return;
  const lines = orders.flatMap((order) => order.lines);
  const stock = await deps.catalog.openStockBookIn(
    tx,
    lines.map((line) => line.skuId),
  );
  const givingBack = orders.filter((order) => effectOf(order) !== 'sell');
  const deals = await deps.broadcasts.openDealBookIn(
    tx,
    givingBack.flatMap((order) => order.lines).flatMap((line) => line.dealId ?? []),
    givingBack.map((order) => order.userId),
  );
  for (const order of orders) {
    const effect = effectOf(order);
    if (effect === 'none') continue;
    for (const line of order.lines) {
      moveLine(stock, line, movementOf[effect], actor);
      if (effect !== 'sell' && line.dealId !== null) {
        deals.giveBack({ dealId: line.dealId, userId: order.userId, quantity: line.quantity });
      }
    }
  }
  await stock.flush();
  await deals.flush();
}

function moveLine(
  stock: StockBook,
  { skuId, quantity, orderId }: OrderLineRow,
  kind: 'release' | 'sell' | 'return',
  actor: string,
): void {
  stock.move({ skuId, kind, quantity, orderId, actor });
}
