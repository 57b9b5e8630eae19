declare const won: unique symbol;
declare const points: unique symbol;

/** Korean won: a whole number, never a fraction. */
export type Won = number & { readonly [won]: true };

/** Points of the loyalty ledger: a whole number. One point buys one won of goods. */
export type Points = number & { readonly [points]: true };

/** Largest amount one order, payment or transfer may carry. Sums of a million of them stay exact. */
export const maxAmount = 1_000_000_000;

/** Reads a number as won. Throws RangeError on fractions, negatives and amounts past exactness. */
export function toWon(value: number): Won {
  return exact(value) as Won;
}

/** Reads a number as points. Throws RangeError on fractions, negatives and amounts past exactness. */
export function toPoints(value: number): Points {
  return exact(value) as Points;
}

/** What `quantity` units at `unitPrice` cost. */
export function priceOf(unitPrice: Won, quantity: number): Won {
  return toWon(unitPrice * quantity);
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`not a whole, non-negative amount: ${value}`);
  }
  return value;
}
