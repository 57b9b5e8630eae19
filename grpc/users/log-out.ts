import { hashRefreshToken } from './refresh-tokens.ts';
import { endSession, lockSessionOf } from './session-store.ts';
import type { UsersDeps } from './users-deps.ts';

/**
 * Ends the session that the refresh token belongs to, traded or not. Succeeds when the session has
 * ended or the token is not known. Access tokens that are out work until they expire.
 */
export async function logOut({ db, clock }: UsersDeps, refreshToken: string): Promise<void> {
  const tokenHash = hashRefreshToken(refreshToken);
  await db.transaction(async (tx) => {
    const held = await lockSessionOf(tx, tokenHash);
    if (held !== undefined) await endSession(tx, held.session.id, 'logged_out', clock.now());
  });
}
