import { idLength, newId, randomText } from './ids.ts';

describe('newId', () => {
  it('is the prefix and a ULID of the time it was made', () => {
    const before = Date.now();
    const id = newId('ord');
    expect(id).toMatch(/^ord_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(id).toHaveLength(idLength);
    const time = [...id.slice(4, 14)].reduce(
      (sum, letter) => sum * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter),
      0,
    );
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('is never the same twice, and sorts by creation, also within a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, () => newId('mov'));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('can’t be guessed from the one before', () => {
    const tails = Array.from({ length: 100 }, () => newId('ord').slice(20));
    expect(new Set(tails).size).toBe(100);
  });
});

it('randomText has the length asked for, of letters that nobody mixes up', () => {
  expect(randomText(0)).toBe('');
  expect(randomText(1_000)).toMatch(/^[0-9A-HJKMNP-TV-Z]{1000}$/);
});
