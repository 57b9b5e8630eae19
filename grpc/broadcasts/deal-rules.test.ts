import { type DealFacts, isDealOpen, refuseClaim } from './deal-rules.ts';

const deal: DealFacts = {
  id: 'dea_1',
  startsAt: 1_000,
  endsAt: 2_000,
  remaining: 5,
  limitPerBuyer: 3,
};

describe('a deal is open', () => {
  it.each([
    ['not before it begins', 999, false],
    ['from its first millisecond', 1_000, true],
    ['until its last millisecond', 1_999, true],
    ['not when it ends', 2_000, false],
  ])('%s', (_name, now, expected) => {
    expect(isDealOpen(deal, now)).toBe(expected);
  });

  it('never, when it was closed before it began', () => {
    expect(isDealOpen({ startsAt: 500, endsAt: 500 }, 500)).toBe(false);
  });
});

describe('a claim', () => {
  interface Row {
    readonly name: string;
    readonly owned?: number;
    readonly quantity: number;
    readonly remaining?: number;
    readonly now?: number;
    readonly code: string | undefined;
    readonly details?: Record<string, string>;
  }
  const table: readonly Row[] = [
    { name: 'of one unit', quantity: 1, code: undefined },
    { name: 'up to the limit', quantity: 3, code: undefined },
    {
      name: 'over the limit at once',
      quantity: 4,
      code: 'LIMIT_REACHED',
      details: { dealId: 'dea_1', limit: '3', owned: '0' },
    },
    { name: 'up to the limit with what the buyer has', owned: 2, quantity: 1, code: undefined },
    {
      name: 'over the limit with what the buyer has',
      owned: 2,
      quantity: 2,
      code: 'LIMIT_REACHED',
      details: { dealId: 'dea_1', limit: '3', owned: '2' },
    },
    { name: 'of the last units', quantity: 2, remaining: 2, code: undefined },
    {
      name: 'of more than remain',
      quantity: 3,
      remaining: 2,
      code: 'SOLD_OUT',
      details: { dealId: 'dea_1', available: '2' },
    },
    { name: 'of nothing that remains', quantity: 1, remaining: 0, code: 'SOLD_OUT' },
    {
      name: 'before the deal',
      quantity: 1,
      now: 999,
      code: 'DEAL_NOT_OPEN',
      details: { dealId: 'dea_1', startsAt: '1000', endsAt: '2000' },
    },
    { name: 'after the deal', quantity: 1, now: 2_000, code: 'DEAL_NOT_OPEN' },
    {
      name: 'that is late, over the limit and sold out: late is what counts',
      owned: 3,
      quantity: 1,
      remaining: 0,
      now: 2_000,
      code: 'DEAL_NOT_OPEN',
    },
    {
      name: 'over the limit and sold out: the limit is what counts',
      owned: 3,
      quantity: 1,
      remaining: 0,
      code: 'LIMIT_REACHED',
    },
  ];

  it.each(table)('$name: $code', ({ owned = 0, quantity, remaining = 5, now = 1_500, ...row }) => {
    const refusal = refuseClaim({ ...deal, remaining }, owned, quantity, now);
    expect(refusal?.code).toBe(row.code);
    if (row.details !== undefined) expect(refusal?.details).toEqual(row.details);
  });
});
