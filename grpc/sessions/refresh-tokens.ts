import { createHash, randomBytes } from 'node:crypto';
import type { EpochMs } from '../../common/clock.ts';
import type { RefreshTokenRow, SessionRow } from './entities.ts';

/** A new refresh token: 256 random bits, which nobody guesses however fast the hash is. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a refresh token: SHA-256, base64url. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** What a refresh token is worth: the next pair, or why not. */
export type RefreshVerdict = 'trade' | 'reused' | 'ended' | 'expired';

/**
 * Judges a refresh token that we issued. A token that was traded before is in two hands, and which
 * of them is a thief's can't be told, so it counts as reused however old it is (RFC 9700, 4.14.2).
 */
export function judgeRefreshToken(
  token: Pick<RefreshTokenRow, 'tradedAt' | 'expiresAt'>,
  session: Pick<SessionRow, 'endedAt'>,
  now: EpochMs,
): RefreshVerdict {
  if (session.endedAt !== null) return 'ended';
  if (token.tradedAt !== null) return 'reused';
  return token.expiresAt <= now ? 'expired' : 'trade';
}
