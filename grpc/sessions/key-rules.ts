import type { EpochMs } from '../../common/clock.ts';
import type { SigningKeyRow } from './entities.ts';

/**
 * Milliseconds for which an old key verifies beyond its last token: processes read the keys at
 * their own pace, and ones of an older deployment may sign with it for a while.
 */
export const graceMs = 3_600_000;

/** Keys in the order in which they sign; of the same moment, a key that was made comes last. */
export function inOrder(rows: readonly SigningKeyRow[]): SigningKeyRow[] {
  const made = (row: SigningKeyRow) => (row.sealedPrivateKey === null ? 0 : 1);
  return rows.toSorted(
    (a, b) => a.signsFrom - b.signsFrom || made(a) - made(b) || (a.kid < b.kid ? -1 : 1),
  );
}

/**
 * Those of the keys that may have signed a token that still works, or are going to sign: each
 * until `lifetimeMs` and the grace after the next one began to sign.
 */
export function verifying(
  rows: readonly SigningKeyRow[],
  lifetimeMs: number,
  now: EpochMs,
): SigningKeyRow[] {
  const ordered = inOrder(rows);
  return ordered.filter((_, i) => {
    const next = ordered[i + 1];
    return next === undefined || now < next.signsFrom + lifetimeMs + graceMs;
  });
}

/** Keys by which to sign, the best first: of those that began to sign, the newest. */
export function signing(rows: readonly SigningKeyRow[], now: EpochMs): SigningKeyRow[] {
  return inOrder(rows)
    .filter((row) => row.signsFrom <= now)
    .reverse();
}
