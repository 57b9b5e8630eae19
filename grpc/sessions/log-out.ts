import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { endSessionsIn, endSessionsOf } from './end-sessions.ts';
import { hashRefreshToken } from './refresh-tokens.ts';
import { lockSession, lockSessionOf } from './session-store.ts';
import type { SessionsDeps } from './sessions-deps.ts';

/**
 * Ends the session that the refresh token belongs to, traded or not, and its access tokens with
 * it. Succeeds when the session has ended or the token is not known.
 */
export async function logOut(deps: SessionsDeps, refreshToken: string): Promise<void> {
  const tokenHash = hashRefreshToken(refreshToken);
  await deps.db.transaction(async (tx) => {
    const held = await lockSessionOf(tx, tokenHash);
    if (held === undefined) return;
    await endSessionsIn(deps, tx, [held.session.id], 'logged_out', deps.clock.now());
  });
}

/**
 * Ends every session of an account, the one that asks too; answers how many were open.
 * @throws NotFound for an account that is not the actor's to log out
 */
export async function logOutEverywhere(
  deps: SessionsDeps,
  actor: Actor,
  userId: string,
): Promise<number> {
  if (!mayActFor(actor, userId)) throw new NotFound('user', userId);
  return deps.db.transaction((tx) => endSessionsOf(deps, tx, userId, 'revoked', deps.clock.now()));
}

/**
 * Ends one session; one that has ended stays so.
 * @throws NotFound when there is none, and alike when it is not the actor's to end
 */
export async function revokeSession(
  deps: SessionsDeps,
  actor: Actor,
  sessionId: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const session = await lockSession(tx, sessionId);
    if (session === undefined || !mayActFor(actor, session.userId)) {
      throw new NotFound('session', sessionId);
    }
    await endSessionsIn(deps, tx, [sessionId], 'revoked', deps.clock.now());
  });
}
