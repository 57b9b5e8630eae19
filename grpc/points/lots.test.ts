import { toPoints } from '../../common/money.ts';
import { InsufficientPoints } from './errors.ts';
import { byExpiry, giveBackToLots, isLapsed, type Lot, spendFromLots } from './lots.ts';

const now = 1_000;
const lotOf = (id: string, remaining: number, expiresAt = now + 1): Lot => {
  return { id, userId: 'usr_1', chargeId: 'trf_1', amount: 100, remaining, expiresAt };
};
const sharesOf = (...pairs: readonly (readonly [string, number])[]) =>
  pairs.map(([lotId, amount]) => ({ lotId, amount }));

describe('spending from lots', () => {
  const lots = [lotOf('lapsed', 50, now), lotOf('a', 30), lotOf('empty', 0), lotOf('b', 20)];

  it.each([
    [1, [['a', 1]]],
    [30, [['a', 30]]],
    [
      31,
      [
        ['a', 30],
        ['b', 1],
      ],
    ],
    [
      50,
      [
        ['a', 30],
        ['b', 20],
      ],
    ],
  ] as const)('%i points come from the first lots that have them', (amount, expected) => {
    expect(spendFromLots(lots, toPoints(amount), now)).toEqual(sharesOf(...expected));
  });

  it('refuses more than all lots that have not lapsed hold, and says how much that is', () => {
    const spend = () => spendFromLots(lots, toPoints(51), now);
    expect(spend).toThrow(InsufficientPoints);
    expect(spend).toThrow(expect.objectContaining({ details: { available: '50' } }));
  });

  it('a lot lapses at the very moment of its expiry', () => {
    expect([now - 1, now, now + 1].map((at) => isLapsed({ expiresAt: now }, at))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('the order is by expiry, then by age', () => {
    const order = [lotOf('c', 1, 2), lotOf('b', 1, 2), lotOf('a', 1, 3)].sort(byExpiry);
    expect(order.map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });
});

describe('giving back to lots', () => {
  const taken = sharesOf(['first', 30], ['last', 20]);

  it.each([
    [5, [['last', 5]]],
    [20, [['last', 20]]],
    [
      21,
      [
        ['last', 20],
        ['first', 1],
      ],
    ],
    [
      50,
      [
        ['last', 20],
        ['first', 30],
      ],
    ],
  ] as const)('%i points go back to what lapses last first', (amount, expected) => {
    expect(giveBackToLots(taken, amount)).toEqual(sharesOf(...expected));
  });

  it('never gives back more than was taken', () => {
    expect(() => giveBackToLots(taken, 51)).toThrow(RangeError);
  });
});
