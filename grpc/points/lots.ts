import type { EpochMs } from '../../common/clock.ts';
import type { Points } from '../../common/money.ts';
import { InsufficientPoints } from './errors.ts';

/** Points of one charge. */
export interface Lot {
  readonly id: string;
  readonly userId: string;
  /** The transfer that made it. */
  readonly chargeId: string;
  readonly amount: number;
  readonly remaining: number;
  /** From this moment on the rest can't be spent any more. */
  readonly expiresAt: EpochMs;
}

/** A part of a lot. */
export interface LotShare {
  readonly lotId: string;
  /** 1 or more. */
  readonly amount: number;
}

/** Whether what remains has lapsed, be it swept up already or not. */
export function isLapsed(lot: Pick<Lot, 'expiresAt'>, now: EpochMs): boolean {
  return lot.expiresAt <= now;
}

/** The order in which lots are spent: earliest expiry first, the older lot where that is equal. */
export function byExpiry(a: Lot, b: Lot): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt - b.expiresAt;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/**
 * The shares that make up `amount`, from lots in spending order; lapsed lots give nothing.
 * @throws InsufficientPoints when all of them together don't suffice
 */
export function spendFromLots(lots: Iterable<Lot>, amount: Points, now: EpochMs): LotShare[] {
  const shares: LotShare[] = [];
  let missing: number = amount;
  for (const lot of lots) {
    if (missing === 0) break;
    const taken = isLapsed(lot, now) ? 0 : Math.min(lot.remaining, missing);
    if (taken > 0) shares.push({ lotId: lot.id, amount: taken });
    missing -= taken;
  }
  if (missing > 0) throw new InsufficientPoints(amount - missing);
  return shares;
}

/**
 * The shares by which `amount` goes back to the lots it came from. Of a part, what lapses last
 * goes back first: it is worth most to its owner.
 * @param taken what is still taken from each lot, in spending order
 * @throws RangeError when less than that is taken
 */
export function giveBackToLots(taken: readonly LotShare[], amount: number): LotShare[] {
  const shares: LotShare[] = [];
  let missing = amount;
  for (const { lotId, amount: most } of taken.toReversed()) {
    const given = Math.min(most, missing);
    if (given > 0) shares.push({ lotId, amount: given });
    missing -= given;
  }
  if (missing > 0) throw new RangeError(`${missing} points came from no lot`);
  return shares;
}
