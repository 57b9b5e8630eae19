import { createRereads } from './rereads.ts';

describe('reading all again', () => {
  it('is due at the first look, then at every third', () => {
    const isDue = createRereads({ losses: 4 });
    const looks = Array.from({ length: 9 }, isDue);
    expect(looks).toEqual([true, false, true, false, false, true, false, false, true]);
  });

  it('is due at the two looks after news was lost, and at each while it goes on being lost', () => {
    const pulse = { losses: 0 };
    const isDue = createRereads(pulse);
    expect([isDue(), isDue()]).toEqual([true, false]);
    for (const lost of [1, 5, 6]) {
      pulse.losses = lost;
      expect(isDue()).toBe(true);
    }
    // The sixth is a third.
    expect([isDue(), isDue(), isDue(), isDue()]).toEqual([true, false, false, true]);
  });
});
