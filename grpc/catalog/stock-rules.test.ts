import fc from 'fast-check';
import { DomainError } from '../../common/errors/index.ts';
import {
  applyMovement,
  InsufficientStock,
  isBalanced,
  type MovementKind,
  movementKinds,
  noStock,
  type StockCounters,
} from './stock-rules.ts';

const before: StockCounters = { received: 20, adjustedOut: 2, available: 9, held: 5, sold: 4 };

describe('a movement of 3 units', () => {
  const table: Record<MovementKind, Partial<StockCounters>> = {
    receive: { received: 23, available: 12 },
    adjust_out: { adjustedOut: 5, available: 6 },
    hold: { available: 6, held: 8 },
    release: { held: 2, available: 12 },
    sell: { held: 2, sold: 7 },
    return: { sold: 1, available: 12 },
  };
  it.each(movementKinds)('%s changes what it should and keeps the equation', (kind) => {
    const after = applyMovement(before, kind, 3);
    expect(after).toEqual({ ...before, ...table[kind] });
    expect(isBalanced(after)).toBe(true);
  });
});

describe('a movement of more units than there are', () => {
  const table: readonly [MovementKind, keyof StockCounters][] = [
    ['adjust_out', 'available'],
    ['hold', 'available'],
    ['release', 'held'],
    ['sell', 'held'],
    ['return', 'sold'],
  ];
  it.each(table)('%s takes all that is %s, and refuses one more', (kind, counter) => {
    const there = before[counter];
    expect(applyMovement(before, kind, there)[counter]).toBe(0);
    const attempt = () => applyMovement(before, kind, there + 1);
    expect(attempt).toThrow(InsufficientStock);
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'INSUFFICIENT_STOCK',
        details: { available: String(there) },
      }),
    );
  });

  it('refuses as a DomainError, so that it reaches the caller', () => {
    expect(() => applyMovement(noStock, 'hold', 1)).toThrow(DomainError);
  });

  it('leaves the counters that it was given as they were', () => {
    const counters = { ...before };
    expect(() => applyMovement(counters, 'hold', 10)).toThrow(InsufficientStock);
    expect(counters).toEqual(before);
  });
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
  'stock never moves by %p units',
  (quantity) => {
    expect(() => applyMovement(before, 'receive', quantity)).toThrow(RangeError);
  },
);

describe('isBalanced', () => {
  it.each<[string, Partial<StockCounters>, boolean]>([
    ['as it is', {}, true],
    ['a unit out of nowhere', { available: 10 }, false],
    ['a unit lost', { held: 4 }, false],
    ['below zero, though the sums agree', { available: -1, held: 15 }, false],
  ])('%s', (_name, change, expected) => {
    expect(isBalanced({ ...before, ...change })).toBe(expected);
  });

  it('holds for a SKU that never moved', () => {
    expect(isBalanced(noStock)).toBe(true);
  });
});

it('any sequence of movements keeps the equation and nothing below zero', () => {
  const step = fc.tuple(fc.constantFrom(...movementKinds), fc.integer({ min: 1, max: 20 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let stock = noStock;
      for (const [kind, quantity] of steps) {
        try {
          stock = applyMovement(stock, kind, quantity);
        } catch (error) {
          expect(error).toBeInstanceOf(InsufficientStock);
        }
        expect(isBalanced(stock)).toBe(true);
      }
    }),
  );
});
