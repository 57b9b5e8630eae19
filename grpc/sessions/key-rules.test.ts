import type { SigningKeyRow } from './entities.ts';
import { graceMs, signing, verifying } from './key-rules.ts';

const row = (kid: string, signsFrom: number): SigningKeyRow => ({
  kid,
  signsFrom,
  publicJwk: '{}',
  sealedPrivateKey: 'x',
  createdAt: 0,
  createdBy: 'system',
  reason: '',
});
const lifetimeMs = 600_000;
const a = row('a', 1_000);
const b = row('b', 10_000_000);
const rows = [b, a];
const kids = (found: readonly SigningKeyRow[]) => found.map(({ kid }) => kid).join('');

it.each([
  ['before the next key signs', 9_999_999, 'a', 'ab'],
  ['when the next key begins to sign', 10_000_000, 'ba', 'ab'],
  ['while a token of the old one may be out', 10_000_000 + lifetimeMs, 'ba', 'ab'],
  ['within the grace', 10_000_000 + lifetimeMs + graceMs - 1, 'ba', 'ab'],
  ['after it', 10_000_000 + lifetimeMs + graceMs, 'ba', 'b'],
])('%s', (_when, now, signs, verifies) => {
  expect(kids(signing(rows, now))).toBe(signs);
  expect(kids(verifying(rows, lifetimeMs, now))).toBe(verifies);
});

it('a key alone verifies for good', () => {
  expect(kids(verifying([a], lifetimeMs, Number.MAX_SAFE_INTEGER))).toBe('a');
});
