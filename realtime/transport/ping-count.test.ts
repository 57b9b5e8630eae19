import { createPingCount } from './ping-count.ts';

describe('pings of a connection', () => {
  it('are a flood past so many in one second, for that connection alone', () => {
    let now = 0;
    const pings = createPingCount(3, () => now);
    const [one, other] = [{}, {}];
    expect([1, 2, 3].map(() => pings.isFlood(one))).toEqual([false, false, false]);
    expect(pings.isFlood(one)).toBe(true);
    expect(pings.isFlood(other)).toBe(false);
    now = 1_000;
    expect(pings.isFlood(one)).toBe(false);
  });
});
