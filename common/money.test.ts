import { maxAmount, priceOf, toPoints, toWon } from './money.ts';

describe.each([
  ['toWon', toWon],
  ['toPoints', toPoints],
])('%s', (_name, read) => {
  it.each([0, 1, maxAmount, Number.MAX_SAFE_INTEGER])('takes %p as it is', (amount) => {
    expect(read(amount)).toBe(amount);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %p', (amount) => {
    expect(() => read(amount)).toThrow(RangeError);
  });
});

describe('priceOf', () => {
  it('is the price of a unit for each of them', () => {
    expect(priceOf(toWon(12_900), 3)).toBe(38_700);
    expect(priceOf(toWon(12_900), 0)).toBe(0);
  });

  it('refuses a part of a unit, units below zero, and what can’t be counted exactly', () => {
    expect(() => priceOf(toWon(999), 0.5)).toThrow(RangeError);
    expect(() => priceOf(toWon(999), -1)).toThrow(RangeError);
    expect(() => priceOf(toWon(maxAmount), 10_000_000)).toThrow(RangeError);
  });
});

it('a million of the largest amounts still add up exactly', () => {
  expect(Number.isSafeInteger(maxAmount * 1_000_000)).toBe(true);
});
