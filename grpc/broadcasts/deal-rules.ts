import { DomainError } from '../../common/errors/index.ts';

/** What a claim on a deal is decided by. */
export interface DealFacts {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly remaining: number;
  readonly limitPerBuyer: number;
}

/** Whether a deal is on. It begins at `startsAt` and is over at `endsAt`. */
export function isDealOpen(deal: Pick<DealFacts, 'startsAt' | 'endsAt'>, now: number): boolean {
  return deal.startsAt <= now && now < deal.endsAt;
}

/**
 * Why a buyer who already has `owned` units can't have `quantity` more now; undefined if they can.
 * Time is judged first and stock last, so that a late buyer hears that the deal is over rather
 * than that it is sold out.
 */
export function refuseClaim(
  deal: DealFacts,
  owned: number,
  quantity: number,
  now: number,
): DomainError | undefined {
  if (!isDealOpen(deal, now)) {
    return new DomainError('DEAL_NOT_OPEN', `deal ${deal.id} is not open`, {
      dealId: deal.id,
      startsAt: String(deal.startsAt),
      endsAt: String(deal.endsAt),
    });
  }
  if (owned + quantity > deal.limitPerBuyer) {
    return new DomainError('LIMIT_REACHED', `deal ${deal.id} is limited per buyer`, {
      dealId: deal.id,
      limit: String(deal.limitPerBuyer),
      owned: String(owned),
    });
  }
  if (quantity > deal.remaining) {
    return new DomainError('SOLD_OUT', `deal ${deal.id} has ${deal.remaining} units left`, {
      dealId: deal.id,
      available: String(deal.remaining),
    });
  }
  return undefined;
}
