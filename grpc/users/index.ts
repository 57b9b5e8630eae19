import type { JSONWebKeySet } from 'jose';
import type { Actor } from '../../common/auth/index.ts';
import type { Reader } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import { createAccessTokens } from './access-tokens.ts';
import { type ChangeRoleInput, grantRole, revokeRole } from './change-role.ts';
import { type EnsuredAdmin, ensureAdmin } from './ensure-admin.ts';
import { type EnsuredUser, type EnsureUserInput, ensureUser } from './ensure-user.ts';
import { getUser } from './get-user.ts';
import { type LogInInput, logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { createPasswords } from './passwords.ts';
import { refreshSession } from './refresh-session.ts';
import { type SignUpInput, signUp } from './sign-up.ts';
import { loadSigningKey } from './signing-key.ts';
import { namesOf } from './store.ts';
import type { Tokens, User } from './user.ts';
import type { UsersDeps } from './users-deps.ts';

export type { EnsuredAdmin } from './ensure-admin.ts';
export { usersEntities } from './entities.ts';
export { createUsersService } from './service.ts';
export type { User } from './user.ts';

/** Accounts and sessions. What each use case guarantees and refuses stands where it is written. */
export interface Users {
  signUp(input: SignUpInput): Promise<User>;
  logIn(input: LogInInput): Promise<Tokens>;
  refreshSession(refreshToken: string): Promise<Tokens>;
  logOut(refreshToken: string): Promise<void>;
  getUser(actor: Actor, userId: string): Promise<User>;
  grantRole(actor: Actor, input: ChangeRoleInput): Promise<User>;
  revokeRole(actor: Actor, input: ChangeRoleInput): Promise<User>;
  /** Makes the first administrator if there is none; to be called before calls are served. */
  ensureAdmin(): Promise<EnsuredAdmin>;
  /** Makes an account that we set up ourselves, unless its e-mail is taken. */
  ensureUser(input: EnsureUserInput): Promise<EnsuredUser>;
  /** Names shown to others, by user id, inside or outside of a transaction. */
  namesOf(reader: Reader, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The public keys (RFC 7517) that verify access tokens. */
  readonly signingKeys: JSONWebKeySet;
}

/** @throws ConfigError when TOKEN_PRIVATE_KEY is not a key that can sign */
export function createUsers(domainDeps: DomainDeps): Users {
  const { config } = domainDeps;
  const key = loadSigningKey(config);
  const deps: UsersDeps = {
    ...domainDeps,
    passwords: createPasswords(config.ARGON2_MEMORY_KIB),
    accessTokens: createAccessTokens(key, config.ACCESS_TOKEN_SECONDS),
  };
  return {
    signUp: (input) => signUp(deps, input),
    logIn: (input) => logIn(deps, input),
    refreshSession: (refreshToken) => refreshSession(deps, refreshToken),
    logOut: (refreshToken) => logOut(deps, refreshToken),
    getUser: (actor, userId) => getUser(deps, actor, userId),
    grantRole: (actor, input) => grantRole(deps, actor, input),
    revokeRole: (actor, input) => revokeRole(deps, actor, input),
    ensureAdmin: () => ensureAdmin(deps),
    ensureUser: (input) => ensureUser(deps, input),
    namesOf,
    signingKeys: key.publicKeys,
  };
}
