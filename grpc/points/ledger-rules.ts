import type { EpochMs } from '../../common/clock.ts';
import { InvalidArgument, InvalidState, NotFound } from '../../common/errors/index.ts';
import { maxAmount, toPoints } from '../../common/money.ts';
import { AlreadyResolved, BalanceTooLarge, RefundTooLarge } from './errors.ts';
import type { ChargeItem, HoldItem, LedgerItem, RefundItem, ResolveItem } from './ledger-item.ts';
import type { Entry, Hold, LedgerPicture } from './ledger-picture.ts';
import { giveBackToLots, isLapsed, type LotShare, spendFromLots } from './lots.ts';
import type { Transfer } from './transfer.ts';

/** Largest balance of a user: a million of the largest charges, and still an exact number. */
export const maxBalance = maxAmount * 1_000_000;

/** What a decision needs beside the picture. */
export interface DecisionFacts {
  readonly now: EpochMs;
  /** How long charged points last unless told otherwise, in milliseconds. */
  readonly termMs: number;
  /** Makes ids. */
  readonly newId: (prefix: 'trf' | 'lot') => string;
}

/**
 * The entry that does what an item asks, decided on the picture alone; nothing is recorded.
 * @throws InsufficientPoints a hold of more than can be spent now
 * @throws AlreadyResolved a post, void or refund of a hold that was posted or voided before
 * @throws NotFound no such hold, or no such user to charge
 * @throws InvalidState a refund of a hold that is still pending
 * @throws RefundTooLarge a refund of more than is left of the spend
 * @throws InvalidArgument a charge of points that have lapsed already
 * @throws BalanceTooLarge a charge past {@link maxBalance}
 */
export function decide(picture: LedgerPicture, item: LedgerItem, facts: DecisionFacts): Entry {
  switch (item.kind) {
    case 'charge':
      return decideCharge(picture, item, facts);
    case 'hold':
      return decideHold(picture, item, facts);
    case 'post':
    case 'void':
      return decideResolution(picture, item, facts);
    case 'refund':
      return decideRefund(picture, item, facts);
  }
}

/** The entry that takes away what remains of a lapsed lot; undefined if nothing does. */
export function decideExpiry(
  picture: LedgerPicture,
  lotId: string,
  facts: DecisionFacts,
): Entry | undefined {
  const { userId, remaining, expiresAt } = picture.lot(lotId);
  if (remaining === 0 || !isLapsed({ expiresAt }, facts.now)) return undefined;
  const transfer: Transfer = {
    ...stamped(facts),
    kind: 'expire',
    userId,
    amount: toPoints(remaining),
    holdId: null,
    reference: lotId,
    reason: '',
    actor: 'system',
  };
  return { transfer, shares: [{ lotId, amount: remaining }] };
}

function decideCharge(picture: LedgerPicture, item: ChargeItem, facts: DecisionFacts): Entry {
  const { userId, amount, reason, actor } = item;
  const expiresAt = item.expiresAt ?? facts.now + facts.termMs;
  if (isLapsed({ expiresAt }, facts.now)) {
    throw new InvalidArgument('points must lapse in the future', { expiresAt: 'has passed' });
  }
  const account = picture.account(userId);
  if (account === undefined) throw new NotFound('user', userId);
  if (account.posted + amount > maxBalance) {
    throw new BalanceTooLarge(userId, maxBalance);
  }
  const transfer: Transfer = {
    ...stamped(facts),
    kind: 'charge',
    userId,
    amount: positive(amount),
    holdId: null,
    reference: '',
    reason,
    actor,
  };
  const lot = { id: facts.newId('lot'), userId, chargeId: transfer.id, amount, expiresAt };
  return { transfer, shares: [], lot: { ...lot, remaining: amount } };
}

function decideHold(picture: LedgerPicture, item: HoldItem, facts: DecisionFacts): Entry {
  const { userId, amount, reference, actor } = item;
  const shares = spendFromLots(picture.lotsOf(userId), positive(amount), facts.now);
  const transfer: Transfer = {
    ...stamped(facts),
    kind: 'hold',
    userId,
    amount,
    holdId: null,
    reference,
    reason: '',
    actor,
  };
  return { transfer, shares };
}

function decideResolution(picture: LedgerPicture, item: ResolveItem, facts: DecisionFacts): Entry {
  const hold = findHold(picture, item.holdId);
  if (hold.resolution !== undefined) throw new AlreadyResolved(item.holdId, hold.resolution);
  const { userId, amount, reference } = hold.transfer;
  const transfer: Transfer = {
    ...stamped(facts),
    kind: item.kind,
    userId,
    amount,
    holdId: item.holdId,
    reference,
    reason: '',
    actor: item.actor,
  };
  return { transfer, shares: item.kind === 'void' ? giveBackToLots(hold.taken, amount) : [] };
}

function decideRefund(picture: LedgerPicture, item: RefundItem, facts: DecisionFacts): Entry {
  const { holdId, amount, reference, actor } = item;
  const { transfer: held, resolution, taken } = findHold(picture, holdId);
  if (resolution === undefined) {
    throw new InvalidState('hold', 'pending', `hold ${holdId} is not posted; void it instead`);
  }
  if (resolution.kind !== 'post') throw new AlreadyResolved(holdId, resolution);
  const refundable = sumOf(taken);
  if (amount > refundable) throw new RefundTooLarge(holdId, toPoints(refundable));
  const transfer: Transfer = {
    ...stamped(facts),
    kind: 'refund',
    userId: held.userId,
    amount: positive(amount),
    holdId,
    reference,
    reason: '',
    actor,
  };
  return { transfer, shares: giveBackToLots(taken, amount) };
}

function findHold(picture: LedgerPicture, holdId: string): Hold {
  const hold = picture.hold(holdId);
  if (hold === undefined) throw new NotFound('hold', holdId);
  return hold;
}

function stamped({ newId, now }: DecisionFacts): Pick<Transfer, 'id' | 'createdAt'> {
  return { id: newId('trf'), createdAt: now };
}

function sumOf(shares: readonly LotShare[]): number {
  return shares.reduce((sum, share) => sum + share.amount, 0);
}

/** Edges parse amounts; one that is not positive here is a defect of a caller inside. */
function positive<Amount extends number>(amount: Amount): Amount {
  if (!Number.isSafeInteger(amount) || amount < 1) throw new RangeError(`no amount: ${amount}`);
  return amount;
}
