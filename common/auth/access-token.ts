import { hash } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { DomainError } from '../errors/index.ts';
import { roles, type UserActor } from './actor.ts';
import {
  BadToken,
  openSignedToken,
  type PublicKeys,
  readPublicKeys,
  UnknownKey,
} from './signed-token.ts';

/** `iss` of every access token. */
export const tokenIssuer = 'onair';
/** `aud` of every access token. */
export const tokenAudience = 'onair';

const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  exp: z.number(),
  nbf: z.number().optional(),
  iss: z.literal(tokenIssuer),
  aud: z.union([z.literal(tokenAudience), z.array(z.string())]),
});

type Claims = z.output<typeof claims>;

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

/** Tokens that are remembered; of more, the longest known are checked anew. */
const rememberedTokens = 50_000;

/** Least time between two questions for keys that a token's unknown key id leads to. */
const minRefreshMs = 10_000;

/**
 * A verifier that asks for the public keys when it meets a key id that it does not know, at most
 * once in 10 seconds, so that forged key ids can't turn into traffic. While nobody answers, it goes
 * on with the keys it has. A token that held is remembered, by its hash, until it expires or the keys
 * change.
 *
 * @param now milliseconds that only grow
 */
export function createTokenVerifier(
  fetchKeys: () => Promise<JSONWebKeySet>,
  now: () => number = () => performance.now(),
): KeyedVerifier {
  let keys: PublicKeys | undefined;
  let keyText = '';
  const remembered = new Map<string, { readonly actor: UserActor; readonly expiresAtMs: number }>();
  let loading: Promise<PublicKeys> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function fetchSet(): Promise<PublicKeys> {
    askedAt = now();
    try {
      return take(await fetchKeys());
    } finally {
      loading = undefined;
    }
  }

  function take(set: JSONWebKeySet): PublicKeys {
    const text = JSON.stringify(set);
    if (keys !== undefined && text === keyText) return keys;
    remembered.clear();
    keyText = text;
    keys = readPublicKeys(set);
    return keys;
  }

  function remember(id: string, actor: UserActor, expiresAtMs: number): void {
    for (const oldest of remembered.keys()) {
      if (remembered.size < rememberedTokens) break;
      remembered.delete(oldest);
    }
    remembered.set(id, { actor, expiresAtMs });
  }

  /** Who a token speaks for that held before; undefined when it must be checked. */
  function recall(id: string): UserActor | undefined {
    const found = remembered.get(id);
    if (found === undefined || found.expiresAtMs > Date.now()) return found?.actor;
    remembered.delete(id);
    return undefined;
  }

  async function readActor(token: string): Promise<UserActor> {
    const id = hash('sha256', token, 'base64url');
    const recalled = recall(id);
    if (recalled !== undefined) return recalled;
    const checkedBy = keyText;
    const { sub, sid, name, roles: held, exp } = holding(claims.parse(await check(token)));
    const actor: UserActor = { kind: 'user', userId: sub, sessionId: sid, name, roles: held };
    if (checkedBy === keyText) remember(id, actor, exp * 1_000);
    return actor;
  }

  /** Asks once for all who wait. */
  function load(): Promise<PublicKeys> {
    loading ??= fetchSet();
    return loading;
  }

  /** Keys that are newer than those; undefined when it is too early to ask. */
  function newerThan(known: PublicKeys): Promise<PublicKeys> | undefined {
    if (keys !== undefined && keys !== known) return Promise.resolve(keys);
    return loading !== undefined || now() - askedAt >= minRefreshMs ? load() : undefined;
  }

  async function check(token: string): Promise<unknown> {
    const known = keys ?? (await load());
    try {
      return openSignedToken(token, known);
    } catch (error) {
      const newer = error instanceof UnknownKey ? newerThan(known) : undefined;
      if (newer === undefined) throw error;
      return openSignedToken(token, await newer);
    }
  }

  return {
    learnKeys: (set) => void take(set),
    async verify(token, isOver) {
      try {
        const actor = await readActor(token);
        if (isOver?.(actor.sessionId) === true) {
          throw new DomainError('SESSION_REVOKED', 'the session has ended');
        }
        return actor;
      } catch (error) {
        const isBad = error instanceof BadToken || error instanceof UnknownKey;
        if (isBad || error instanceof z.ZodError) {
          throw new DomainError('UNAUTHENTICATED', 'the access token is not valid');
        }
        throw error;
      }
    },
  };
}

/**
 * Claims that hold now, and for us (RFC 7519, section 4.1).
 * @throws DomainError TOKEN_EXPIRED; BadToken
 */
function holding(read: Claims): Claims {
  const { aud, exp, nbf = 0 } = read;
  const nowSeconds = Math.floor(Date.now() / 1_000);
  if (Array.isArray(aud) && !aud.includes(tokenAudience)) throw new BadToken('it is not for us');
  if (nbf > nowSeconds) throw new BadToken('it does not hold yet');
  if (exp <= nowSeconds) throw new DomainError('TOKEN_EXPIRED', 'the access token has expired');
  return read;
}
