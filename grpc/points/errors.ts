import { DomainError } from '../../common/errors/index.ts';
import type { Points } from '../../common/money.ts';
import type { Transfer } from './transfer.ts';

/** The user has fewer points to spend than were asked for. */
export class InsufficientPoints extends DomainError {
  constructor(available: number) {
    super('INSUFFICIENT_POINTS', `only ${available} points can be spent`, {
      available: String(available),
    });
  }
}

/**
 * The hold was posted or voided before. `resolution` says which, so that whoever lost an answer
 * can go on from there.
 */
export class AlreadyResolved extends DomainError {
  readonly resolution: Transfer;

  constructor(holdId: string, resolution: Transfer) {
    super('ALREADY_RESOLVED', `hold ${holdId} is resolved by ${resolution.kind}`, {
      transferId: resolution.id,
      kind: resolution.kind,
    });
    this.resolution = resolution;
  }
}

/** More was asked back than is left of the spend. */
export class RefundTooLarge extends DomainError {
  constructor(holdId: string, refundable: Points) {
    super('AMOUNT_MISMATCH', `only ${refundable} points of hold ${holdId} can be given back`, {
      holdId,
      refundable: String(refundable),
    });
  }
}

/** The balance would grow past what is kept exact. */
export class BalanceTooLarge extends DomainError {
  constructor(userId: string, maxBalance: number) {
    super('LIMIT_REACHED', `the balance of ${userId} would pass ${maxBalance}`, {
      limit: String(maxBalance),
    });
  }
}
