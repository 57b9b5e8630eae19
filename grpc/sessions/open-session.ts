import type { Role } from '../../common/auth/index.ts';
import { newId } from '../../common/ids.ts';
import type { Tx } from '../db/index.ts';
import type { User } from '../users/index.ts';
import { type ClientInfo, maskAddress } from './client-info.ts';
import { hashRefreshToken, newRefreshToken } from './refresh-tokens.ts';
import { dropExpiredSessions, insertRefreshToken, insertSession } from './session-store.ts';
import type { SessionsDeps } from './sessions-deps.ts';
import type { Tokens } from './tokens.ts';

/** A refresh token that a transaction is about to commit. */
export interface PendingTokens {
  readonly user: User;
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
  /** Whether its owner showed a second factor. */
  readonly secondFactor: boolean;
}

/** Milliseconds for which a refresh token issued by these settings works. */
export function refreshLifetimeMs({ config }: SessionsDeps): number {
  return config.REFRESH_TOKEN_DAYS * 24 * 60 * 60 * 1000;
}

/**
 * Opens a session for someone who proved who they are, by whatever means. Expired sessions of the
 * same user are forgotten on the way, so that their number stays bounded.
 */
export async function openSessionIn(
  deps: SessionsDeps,
  tx: Tx,
  user: User,
  client: ClientInfo,
  now: number,
  secondFactorAt: number | null = null,
): Promise<PendingTokens> {
  const sessionId = newId('ses');
  const refreshToken = newRefreshToken();
  const expiresAt = now + refreshLifetimeMs(deps);
  await dropExpiredSessions(tx, user.id, now);
  await insertSession(tx, {
    id: sessionId,
    userId: user.id,
    createdAt: now,
    refreshedAt: now,
    expiresAt,
    ...deviceOf(client),
    secondFactorAt,
  });
  const tokenHash = hashRefreshToken(refreshToken);
  await insertRefreshToken(tx, { tokenHash, sessionId, createdAt: now, expiresAt });
  const secondFactor = secondFactorAt !== null;
  return { user, sessionId, refreshToken, refreshExpiresAt: expiresAt, secondFactor };
}

/** What a session keeps of where it is used. */
export function deviceOf({ address, userAgent }: ClientInfo) {
  return { address: maskAddress(address), userAgent };
}

/**
 * What a session may do with the roles of its account: where admins need a second factor, one that
 * was opened without is no admin's.
 */
export function rolesWith(
  { config }: Pick<SessionsDeps, 'config'>,
  held: readonly Role[],
  secondFactor: boolean,
): readonly Role[] {
  if (!config.ADMIN_TOTP_REQUIRED || secondFactor) return held;
  return held.filter((role) => role !== 'admin');
}

/** Adds the access token, once the refresh token is committed. */
export async function completeTokens(
  deps: SessionsDeps,
  pending: PendingTokens,
  now: number,
): Promise<Tokens> {
  const { user, sessionId, refreshToken, refreshExpiresAt } = pending;
  const roles = rolesWith(deps, user.roles, pending.secondFactor);
  const access = await deps.accessTokens.issue({ ...user, roles }, sessionId, now);
  return {
    user,
    accessToken: access.token,
    accessExpiresAt: access.expiresAt,
    refreshToken,
    refreshExpiresAt,
    totpRequired: roles.length < user.roles.length,
  };
}
