import { createTally } from './tally.ts';

describe('a tally', () => {
  it('takes as many as it may of each, and forgets those that have none', () => {
    const tally = createTally(2);
    const [first, second] = [tally.take('a'), tally.take('a')];
    expect(tally.take('a')).toBeUndefined();
    expect(tally.take('b')).toBeDefined();
    first?.();
    first?.();
    const third = tally.take('a');
    expect(third).toBeDefined();
    expect(tally.take('a')).toBeUndefined();
    second?.();
    third?.();
    expect(tally.size).toBe(1);
  });
});
