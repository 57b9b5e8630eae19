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
   * @throws DomainError TOKEN_EXPIRED, UNAUTHENTICATED when it is forged or malformed, or
   *   SESSION_REVOKED when its session is over
   */
  verify(token: string): Promise<UserActor>;
}

/** Checks access tokens by their keys alone. */
export interface KeyedVerifier {
  /** As {@link TokenVerifier}; `isOver` says whether a session has ended. */
  verify(token: string, isOver?: (sessionId: string) => boolean): Promise<UserActor>;
  /** Takes keys that the caller came by otherwise. */
  learnKeys(set: JSONWebKeySet): void;
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** Least time between two questions for keys that a token's unknown key id leads to. */
const minRefreshMs = 10_000;

/**
 * A verifier that asks for the public keys when it meets a key id that it does not know, at most
 * once in 10 seconds, so that forged key ids can't turn into traffic. While nobody answers, it goes
 * on with the keys it has.
 *
 * @param now milliseconds that only grow
 */
export function createTokenVerifier(
  fetchKeys: () => Promise<JSONWebKeySet>,
  now: () => number = () => performance.now(),
): KeyedVerifier {
  let keys: KeySet | undefined;
  let loading: Promise<KeySet> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function fetchSet(): Promise<KeySet> {
    askedAt = now();
    try {
      keys = createLocalJWKSet(await fetchKeys());
      return keys;
    } finally {
      loading = undefined;
    }
  }

  /** Asks once for all who wait. */
  function load(): Promise<KeySet> {
    loading ??= fetchSet();
    return loading;
  }

  /** Keys that are newer than those; undefined when it is too early to ask. */
  function newerThan(known: KeySet): Promise<KeySet> | undefined {
    if (keys !== undefined && keys !== known) return Promise.resolve(keys);
    return loading !== undefined || now() - askedAt >= minRefreshMs ? load() : undefined;
  }

  async function check(token: string): Promise<JWTPayload> {
    const options = {
      issuer: tokenIssuer,
      audience: tokenAudience,
      algorithms: ['EdDSA'],
      requiredClaims: ['exp'],
    };
    const known = keys ?? (await load());
    try {
      return (await jwtVerify(token, known, options)).payload;
    } catch (error) {
      const newer = error instanceof errors.JWKSNoMatchingKey ? newerThan(known) : undefined;
      if (newer === undefined) throw error;
      return (await jwtVerify(token, await newer, options)).payload;
    }
  }

  return {
    learnKeys(set) {
      keys = createLocalJWKSet(set);
    },
    async verify(token, isOver) {
      try {
        const { sub, sid, name, roles: held } = claims.parse(await check(token));
        if (isOver?.(sid) === true) {
          throw new DomainError('SESSION_REVOKED', 'the session has ended');
        }
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
