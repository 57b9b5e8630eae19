import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import type { ClientInfo } from './client-info.ts';
import { endSessionsIn } from './end-sessions.ts';
import { completeTokens, deviceOf, type PendingTokens, refreshLifetimeMs } from './open-session.ts';
import {
  hashRefreshToken,
  judgeRefreshToken,
  newRefreshToken,
  type RefreshVerdict,
} from './refresh-tokens.ts';
import {
  dropExpiredTokens,
  type HeldSession,
  insertRefreshToken,
  lockSessionOf,
  tradeRefreshToken,
} from './session-store.ts';
import type { SessionsDeps } from './sessions-deps.ts';
import type { Tokens } from './tokens.ts';

type Failure = Exclude<RefreshVerdict, 'trade'> | 'unknown';

/**
 * Trades a refresh token, once, for the next pair; the new access token carries the roles and the
 * name of now. Of two simultaneous uses of one token, one gets a pair and the other ends the
 * session, as any later use of a traded token does.
 * @throws DomainError SESSION_REVOKED when the session ended or the token was traded before;
 *   TOKEN_EXPIRED when the token is too old; UNAUTHENTICATED when it is not known
 */
export async function refreshSession(
  deps: SessionsDeps,
  refreshToken: string,
  client: ClientInfo,
): Promise<Tokens> {
  const now = deps.clock.now();
  const tokenHash = hashRefreshToken(refreshToken);
  // Failures are answered, not thrown, so that the end of a session is committed.
  const outcome = await deps.db.transaction(async (tx): Promise<PendingTokens | Failure> => {
    const held = await lockSessionOf(tx, tokenHash);
    if (held === undefined) return 'unknown';
    const verdict = judgeRefreshToken(held.token, held.session, now);
    if (verdict === 'trade') return trade(deps, tx, held, client, now);
    if (verdict === 'reused') {
      await endSessionsIn(deps, tx, [held.session.id], 'token_reused', now);
      const { id: sessionId, userId } = held.session;
      tx.afterCommit(() => deps.log.warn({ sessionId, userId }, 'traded refresh token came back'));
    }
    return verdict;
  });
  if (typeof outcome === 'string') throw failures[outcome]();
  return completeTokens(deps, outcome, now);
}

const revoked = () => new DomainError('SESSION_REVOKED', 'the session has ended');

const failures: Readonly<Record<Failure, () => DomainError>> = {
  reused: revoked,
  ended: revoked,
  expired: () => new DomainError('TOKEN_EXPIRED', 'the refresh token has expired'),
  unknown: () => new DomainError('UNAUTHENTICATED', 'the refresh token is not known'),
};

async function trade(
  deps: SessionsDeps,
  tx: Tx,
  held: HeldSession,
  client: ClientInfo,
  now: number,
): Promise<PendingTokens> {
  const sessionId = held.session.id;
  const refreshToken = newRefreshToken();
  const expiresAt = now + refreshLifetimeMs(deps);
  await tradeRefreshToken(tx, held, { expiresAt, ...deviceOf(client) }, now);
  const tokenHash = hashRefreshToken(refreshToken);
  await insertRefreshToken(tx, { tokenHash, sessionId, createdAt: now, expiresAt });
  await dropExpiredTokens(tx, sessionId, now);
  const user = await deps.users.readIn(tx, held.session.userId);
  const secondFactor = held.session.secondFactorAt !== null;
  return { user, sessionId, refreshToken, refreshExpiresAt: expiresAt, secondFactor };
}
