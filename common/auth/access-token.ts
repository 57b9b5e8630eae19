import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { DomainError } from '../errors/index.ts';
import { roles, type UserActor } from './actor.ts';

/** `iss` of every access token. */
export const tokenIssuer = 'onair';
/** `aud` of every access token. */
export const tokenAudience = 'onair';

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
});

/** Checks access tokens. */
export interface TokenVerifier {
  /**
   * The person an access token speaks for.
   * @throws DomainError TOKEN_EXPIRED, or UNAUTHENTICATED when it is forged or malformed
   */
  verify(token: string): Promise<UserActor>;
}

/**
 * A verifier that asks for the public keys when it meets a key id that it does not know, at most
 * once in 10 seconds, so that forged key ids can't turn into traffic.
 */
export function createTokenVerifier(fetchKeys: () => Promise<JSONWebKeySet>): TokenVerifier {
  const minRefreshMs = 10_000;
  let keys: Promise<ReturnType<typeof createLocalJWKSet>> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;

  function load(): NonNullable<typeof keys> {
    fetchedAt = performance.now();
    const loading = fetchKeys().then((set) => createLocalJWKSet(set));
    loading.catch(() => {
      keys = undefined;
    });
    keys = loading;
    return loading;
  }

  async function check(token: string): Promise<JWTPayload> {
    const options = { issuer: tokenIssuer, audience: tokenAudience, algorithms: ['EdDSA'] };
    try {
      return (await jwtVerify(token, await (keys ?? load()), options)).payload;
    } catch (error) {
      const unknownKey = error instanceof errors.JWKSNoMatchingKey;
      if (!unknownKey || performance.now() - fetchedAt < minRefreshMs) throw error;
      return (await jwtVerify(token, await load(), options)).payload;
    }
  }

  return {
    async verify(token) {
      try {
        const { sub, sid, name, roles: held } = claims.parse(await check(token));
        return { kind: 'user', userId: sub, sessionId: sid, name, roles: held };
      } catch (error) {
        if (error instanceof errors.JWTExpired) {
          throw new DomainError('TOKEN_EXPIRED', 'the access token has expired');
        }
        if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
          throw new DomainError('UNAUTHENTICATED', 'the access token is not valid');
        }
        throw error;
      }
    },
  };
}
