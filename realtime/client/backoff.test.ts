import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

const options = { baseMs: 500, ceilingMs: 15_000 };

describe('waits between tries', () => {
  it.each([
    [0, 500],
    [1, 1_000],
    [4, 8_000],
    [5, 15_000],
    [5_000, 15_000],
  ])('after %i failures are spread from nothing up to %i ms', (failures, bound) => {
    expect(backoffMs(options, failures, 0, () => 0)).toBe(0);
    expect(backoffMs(options, failures, 0, () => 1)).toBe(bound);
  });

  it('are never shorter than the server asks for, and spread behind it', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(60_000), (failures, retryAfterMs) => {
        const ms = backoffMs(options, failures, retryAfterMs);
        expect(ms).toBeGreaterThanOrEqual(retryAfterMs);
        expect(ms).toBeLessThanOrEqual(retryAfterMs + options.ceilingMs);
      }),
    );
  });
});
