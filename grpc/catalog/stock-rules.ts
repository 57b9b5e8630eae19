import { DomainError } from '../../common/errors/index.ts';

/** The counters of one SKU. */
export interface StockCounters {
  readonly received: number;
  readonly adjustedOut: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

/** Every way in which stock can move. */
export const movementKinds = [
  'receive',
  'adjust_out',
  'hold',
  'release',
  'sell',
  'return',
] as const;

/** One of {@link movementKinds}. */
export type MovementKind = (typeof movementKinds)[number];

/** Change of each counter by one unit moved. Each row keeps the stock equation. */
const effects: Readonly<
  Record<MovementKind, Readonly<Partial<Record<keyof StockCounters, 1 | -1>>>>
> = {
  receive: { received: 1, available: 1 },
  adjust_out: { adjustedOut: 1, available: -1 },
  hold: { available: -1, held: 1 },
  release: { held: -1, available: 1 },
  sell: { held: -1, sold: 1 },
  return: { sold: -1, available: 1 },
};

/** Counters of a SKU that never moved. */
export const noStock: StockCounters = {
  received: 0,
  adjustedOut: 0,
  available: 0,
  held: 0,
  sold: 0,
};

/** Fewer units are there than the movement takes. */
export class InsufficientStock extends DomainError {
  constructor(available: number) {
    super('INSUFFICIENT_STOCK', `only ${available} units are there`, {
      available: String(available),
    });
  }
}

/**
 * The counters after a movement.
 * @throws InsufficientStock when a counter would go below zero
 * @throws RangeError when the quantity is not a positive whole number
 */
export function applyMovement(
  stock: StockCounters,
  kind: MovementKind,
  quantity: number,
): StockCounters {
  if (!Number.isSafeInteger(quantity) || quantity < 1) {
    throw new RangeError(`stock moves by whole units, not by ${quantity}`);
  }
  const next = { ...stock };
  for (const [counter, sign] of Object.entries(effects[kind]) as [keyof StockCounters, 1 | -1][]) {
    next[counter] += sign * quantity;
    if (next[counter] < 0) throw new InsufficientStock(stock[counter]);
  }
  return next;
}

/** Whether received - adjustedOut = available + held + sold, with nothing below zero. */
export function isBalanced(stock: StockCounters): boolean {
  const { received, adjustedOut, available, held, sold } = stock;
  const nothingNegative = Math.min(received, adjustedOut, available, held, sold) >= 0;
  return nothingNegative && received - adjustedOut === available + held + sold;
}
