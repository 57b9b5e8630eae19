import { createPaced } from './paced.ts';

function paced() {
  const shown: number[] = [];
  const clock = { now: 0 };
  const it = createPaced<number>(
    (value) => shown.push(value),
    1_000,
    () => clock.now,
  );
  return { ...it, shown, clock };
}

describe('a paced value', () => {
  it('is shown at the first tick, then the latest once in its time', () => {
    const { offer, tick, shown, clock } = paced();
    tick();
    expect(shown).toEqual([]);
    for (let value = 1; value <= 40; value += 1) {
      offer(value);
      tick();
      clock.now += 100;
    }
    expect(shown).toEqual([1, 11, 21, 31]);
    clock.now += 1_000;
    tick();
    tick();
    expect(shown).toEqual([1, 11, 21, 31, 40]);
  });

  it('does not wait when it is urgent, and stays so until it is shown', () => {
    const { offer, tick, shown, clock } = paced();
    offer(1);
    tick();
    offer(2, true);
    offer(3);
    tick();
    offer(4);
    tick();
    expect(shown).toEqual([1, 3]);
    clock.now = 1_000;
    tick();
    expect(shown).toEqual([1, 3, 4]);
  });
});
