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

/** A step of an order's life. */
export interface OrderStep {
  readonly to: OrderStatus;
  readonly by: OrderCause;
  /** Who: a user id, or `system`. */
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** An order, and the step that it makes. */
export interface OrderMove {
  readonly order: OrderRow;
  readonly step: OrderStep;
}

const movementOf = { release: 'release', sell: 'sell', return: 'return' } as const;

/** Orders that all make the same step; see `makeMoves`. */
export function moveOrders(
  deps: OrdersDeps,
  tx: Tx,
  orders: readonly OrderRow[],
  step: OrderStep,
): Promise<OrderWithLines[]> {
  return makeMoves(
    deps,
    tx,
    orders.map((order) => ({ order, step })),
  );
}

/**
 * The one way in which an order changes its state: checks the transition, moves stock and deal
 * units as the table says, and writes the history. The orders must be locked by this transaction,
 * and make all their moves in one call, so that stock is locked once. Answers them with their
 * lines, as they were before.
 * @throws InvalidState when one of them can't make its step; then none does
 */
export async function makeMoves(
  deps: OrdersDeps,
  tx: Tx,
  moves: readonly OrderMove[],
): Promise<OrderWithLines[]> {
  if (moves.length === 0) return [];
  const now = deps.clock.now();
  const effects = new Map<string, Omit<GoodsMove, 'order'>>();
  for (const { order, step } of moves) {
    const effect = assertOrderTransition(order.status, step.to, step.by);
    if (effect !== 'none') effects.set(order.id, { effect, actor: step.actor });
  }
  const whole = await withLines(
    tx,
    moves.map(({ order }) => order),
  );
  const goods = whole.flatMap((order): GoodsMove[] => {
    const effect = effects.get(order.id);
    return effect === undefined ? [] : [{ order, ...effect }];
  });
  await moveGoods(deps, tx, goods);
  for (const [to, group] of Map.groupBy(moves, ({ step }) => step.to)) {
    const orders = group.map(({ order }) => order);
    await writeStatus(tx, orders, to, to === 'paid' ? now : null);
  }
  await insertHistory(
    tx,
    moves.map(({ order, step }) => ({
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

/** An order whose goods move. */
interface GoodsMove {
  readonly order: OrderWithLines;
  readonly effect: Exclude<StockEffect, 'none'>;
  readonly actor: string;
}

async function moveGoods(deps: OrdersDeps, tx: Tx, moves: readonly GoodsMove[]): Promise<void> {
  if (moves.length === 0) return;
  const lines = moves.flatMap(({ order }) => order.lines);
  const stock = await deps.catalog.openStockBookIn(
    tx,
    lines.map((line) => line.skuId),
  );
  const givingBack = moves.filter(({ effect }) => effect !== 'sell').map(({ order }) => order);
  const deals = await deps.broadcasts.openDealBookIn(
    tx,
    givingBack.flatMap((order) => order.lines).flatMap((line) => line.dealId ?? []),
    givingBack.map((order) => order.userId),
  );
  for (const { order, effect, actor } of moves) {
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
