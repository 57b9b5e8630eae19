import { hashRefreshToken, judgeRefreshToken, newRefreshToken } from './refresh-tokens.ts';

describe('judgeRefreshToken at time 1000', () => {
  it.each([
    // traded, expires, session ended -> verdict
    [null, 1001, null, 'trade'],
    [null, 1000, null, 'expired'],
    [null, 1001, 900, 'ended'],
    [null, 1000, 900, 'ended'],
    [900, 1001, null, 'reused'],
    [900, 950, null, 'reused'],
    [900, 1001, 950, 'ended'],
  ] as const)(
    'traded at %p, expires at %p, session ended at %p: %s',
    (tradedAt, expiresAt, endedAt, verdict) => {
      expect(judgeRefreshToken({ tradedAt, expiresAt }, { endedAt }, 1000)).toBe(verdict);
    },
  );
});

it('makes tokens of 256 bits, each another, and keeps only their hash', () => {
  const [one, two] = [newRefreshToken(), newRefreshToken()];
  expect(Buffer.from(one, 'base64url')).toHaveLength(32);
  expect(one).not.toBe(two);
  expect(hashRefreshToken(one)).toMatch(/^[\w-]{43}$/);
  expect(hashRefreshToken(one)).not.toBe(one);
});
