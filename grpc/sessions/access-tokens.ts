import { SignJWT } from 'jose';
import { tokenAudience, tokenIssuer } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import type { User } from '../users/index.ts';
import type { KeyRing } from './key-ring.ts';

/** A signed access token. */
interface AccessToken {
  readonly token: string;
  /** When it stops working; on a full second, as in the token. */
  readonly expiresAt: EpochMs;
}

/** Signs access tokens. */
export interface AccessTokens {
  /** A token that says who the user is and what they may do, as of now, in that session. */
  issue(
    user: Pick<User, 'id' | 'name' | 'roles'>,
    sessionId: string,
    now: EpochMs,
  ): Promise<AccessToken>;
}

/** @param lifetimeSeconds how long a token works, unless its session ends before */
export function createAccessTokens(
  keys: Pick<KeyRing, 'current'>,
  lifetimeSeconds: number,
): AccessTokens {
  return {
    async issue(user, sessionId, now) {
      const { kid, privateKey } = await keys.current();
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({ sid: sessionId, name: user.name, roles: [...user.roles] })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid })
        .setSubject(user.id)
        .setIssuer(tokenIssuer)
        .setAudience(tokenAudience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      return { token, expiresAt: expiresAt * 1000 };
    },
  };
}
