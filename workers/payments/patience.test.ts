import { waitPatiently } from './patience.ts';

describe('waitPatiently', () => {
  it.each([
    [1, 2],
    [2, 4],
    [5, 32],
    [9, 512],
    [10, 600],
    [2_000, 600],
  ])('after attempt %i waits %i seconds, ±20 %%', (attempts, seconds) => {
    for (let i = 0; i < 50; i += 1) {
      const result = waitPatiently(attempts, 'unknown');
      const afterSeconds = result.kind === 'retry' ? (result.afterSeconds ?? 0) : 0;
      expect(afterSeconds).toBeGreaterThanOrEqual(seconds * 0.8);
      expect(afterSeconds).toBeLessThanOrEqual(seconds * 1.2);
    }
  });
});
