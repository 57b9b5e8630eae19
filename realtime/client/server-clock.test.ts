import fc from 'fast-check';
import { createServerClock } from './server-clock.ts';

describe('the server’s clock', () => {
  it('is taken from the answer that came soonest', () => {
    const clock = createServerClock(() => 10_000);
    expect(clock.now()).toBe(10_000);
    clock.add({ askedAt: 0, answeredAt: 400, serverNow: 5_390 });
    clock.add({ askedAt: 1_000, answeredAt: 1_020, serverNow: 6_010 });
    clock.add({ askedAt: 2_000, answeredAt: 2_300, serverNow: 7_290 });
    expect([clock.offsetMs, clock.uncertaintyMs]).toEqual([5_000, 10]);
    expect(clock.now()).toBe(15_000);
  });

  it('is never further off than it says, however uneven the ways there and back are', () => {
    const sample = fc.record({ there: fc.nat(2_000), back: fc.nat(2_000) });
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        (samples, offset) => {
          const clock = createServerClock();
          samples.forEach(({ there, back }, i) => {
            const askedAt = i * 10_000;
            const serverNow = askedAt + there + offset;
            clock.add({ askedAt, answeredAt: askedAt + there + back, serverNow });
          });
          expect(Math.abs(clock.offsetMs - offset)).toBeLessThanOrEqual(clock.uncertaintyMs);
        },
      ),
    );
  });

  it('forgets old answers for new ones, and all of them when the local clock was set', () => {
    const clock = createServerClock();
    clock.add({ askedAt: 0, answeredAt: 2, serverNow: 101 });
    for (let i = 1; i <= 16; i += 1) {
      clock.add({ askedAt: i, answeredAt: i + 10, serverNow: i + 205 });
    }
    expect(clock.offsetMs).toBe(200);
    clock.distrust();
    expect(clock.offsetMs).toBe(200);
    clock.add({ askedAt: 0, answeredAt: 1_000, serverNow: 800 });
    expect(clock.offsetMs).toBe(300);
    // Answered before it was asked: the clock was set in between.
    clock.add({ askedAt: 1_000, answeredAt: 900, serverNow: 0 });
    expect(clock.offsetMs).toBe(300);
  });
});
