import type { JSONWebKeySet } from 'jose';
import type { Actor, UserActor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import type { Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { Limits } from '../limits/index.ts';
import type { PersonalData } from '../personal-data.ts';
import type { User, Users } from '../users/index.ts';
import { createAccessTokens } from './access-tokens.ts';
import type { ClientInfo } from './client-info.ts';
import type { LoginMethod, LoginOutcome, SessionRow } from './entities.ts';
import { createKeyRing } from './key-ring.ts';
import { type EndedSessions, endedAmong, listEnded, withSecondFactorAmong } from './list-ended.ts';
import { listSessions, type SessionFilter } from './list-sessions.ts';
import { type LogInInput, logIn } from './log-in.ts';
import { logOut, logOutEverywhere, revokeSession } from './log-out.ts';
import {
  type AttemptFilter,
  type LoginAttempt,
  listAttempts,
  noteAttempt,
  pruneAttempts,
  sealStoredAddresses,
} from './login-attempts.ts';
import { createLoginLimits } from './login-limits.ts';
import { createSessionsPersonalData } from './personal-data.ts';
import { refreshSession } from './refresh-session.ts';
import { keepSigningKeys, rotateSigningKey } from './rotate-signing-key.ts';
import {
  type Admission,
  admitIn,
  type CodeInput,
  completeAdmission,
  logInWithCode,
} from './second-factor/challenge.ts';
import {
  beginTotp,
  confirmTotp,
  disableTotp,
  getTotp,
  type TotpStatus,
} from './second-factor/totp.ts';
import type { SessionsDeps } from './sessions-deps.ts';
import type { Tokens } from './tokens.ts';

export type { ClientInfo } from './client-info.ts';
export { endSessionsOf } from './end-sessions.ts';
export type { LoginMethod, LoginOutcome } from './entities.ts';
export { sessionsEntities } from './entities.ts';
export { rolesWith } from './open-session.ts';
export { client } from './requests.ts';
export { type Admission, outcomeOf } from './second-factor/challenge.ts';
export { dropFactor } from './second-factor/store.ts';
export { createSessionsService, toTokensMessage } from './service.ts';
export { loggedInAt } from './session-store.ts';
export type { Tokens } from './tokens.ts';

/** Sessions. What each use case guarantees and refuses stands where it is written. */
export interface Sessions {
  logIn(input: LogInInput): Promise<Tokens>;
  /**
   * Opens a session for someone who proved who they are by other means than a password, or asks for
   * their second factor.
   */
  openIn(tx: Tx, user: User, client: ClientInfo, now: EpochMs): Promise<Admission>;
  /** Notes an attempt to log in by other means than a password, for admins. */
  noteAttemptIn(
    tx: Tx,
    attempt: {
      readonly userId: string | undefined;
      readonly client: ClientInfo;
      readonly outcome: LoginOutcome;
      readonly method: LoginMethod;
    },
    now: EpochMs,
  ): Promise<void>;
  /** Adds the access token to what `openIn` began, once that is committed. */
  complete(admission: Admission, now: EpochMs): Promise<Tokens>;
  logInWithCode(input: CodeInput): Promise<Tokens>;
  getTotp(actor: UserActor): Promise<TotpStatus>;
  beginTotp(actor: UserActor, claim: Parameters<typeof beginTotp>[2]): ReturnType<typeof beginTotp>;
  confirmTotp(actor: UserActor, code: string): Promise<readonly string[]>;
  disableTotp(actor: UserActor, code: string): Promise<void>;
  refreshSession(refreshToken: string, client: ClientInfo): Promise<Tokens>;
  logOut(refreshToken: string): Promise<void>;
  logOutEverywhere(actor: Actor, userId: string): Promise<number>;
  listSessions(actor: Actor, filter: SessionFilter): Promise<SessionRow[]>;
  revokeSession(actor: Actor, sessionId: string): Promise<void>;
  /** Those of the sessions that are known to have ended. */
  endedAmong(sessionIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of the sessions whose owner showed a second factor. */
  withSecondFactorAmong(sessionIds: readonly string[]): Promise<ReadonlySet<string>>;
  listEnded(since: EpochMs | undefined): Promise<EndedSessions>;
  /** The public keys (RFC 7517) that verify access tokens. */
  publicKeys(): Promise<JSONWebKeySet>;
  rotateSigningKey(
    actor: UserActor,
    input: { readonly requestId: string; readonly reason: string },
  ): Promise<{ readonly kid: string; readonly signsFrom: EpochMs }>;
  keepSigningKeys(): Promise<{ readonly madeKid: string; readonly forgotten: number }>;
  listAttempts(actor: Actor, filter: AttemptFilter): Promise<LoginAttempt[]>;
  /** Seals addresses that were noted before they were sealed. */
  sealStored(signal: AbortSignal): Promise<void>;
  pruneAttempts(limit: number): Promise<number>;
  readonly personalData: PersonalData;
}

/** @throws ConfigError when TOKEN_PRIVATE_KEY is not a key that can sign */
export function createSessions(domainDeps: DomainDeps, users: Users, limits: Limits): Sessions {
  const { config, db } = domainDeps;
  const keys = createKeyRing(domainDeps);
  const deps: SessionsDeps = {
    ...domainDeps,
    users,
    keys,
    accessTokens: createAccessTokens(keys, config.ACCESS_TOKEN_SECONDS),
    limits: createLoginLimits(limits, {
      freeFailures: config.LOGIN_FREE_FAILURES,
      firstDelaySeconds: config.LOGIN_FIRST_DELAY_SECONDS,
      maxDelaySeconds: config.LOGIN_MAX_DELAY_SECONDS,
    }),
  };
  return {
    logIn: (input) => logIn(deps, input),
    openIn: (tx, user, client, now) => admitIn(deps, tx, user, client, now),
    noteAttemptIn: (tx, { userId, client, outcome, method }, now) =>
      noteAttempt(deps, tx, userId, client, outcome, now, method),
    complete: (admission, now) => completeAdmission(deps, admission, now),
    logInWithCode: (input) => logInWithCode(deps, input),
    getTotp: (actor) => getTotp(deps, actor),
    beginTotp: (actor, claim) => beginTotp(deps, actor, claim),
    confirmTotp: (actor, code) => confirmTotp(deps, actor, code),
    disableTotp: (actor, code) => disableTotp(deps, actor, code),
    refreshSession: (refreshToken, client) => refreshSession(deps, refreshToken, client),
    logOut: (refreshToken) => logOut(deps, refreshToken),
    logOutEverywhere: (actor, userId) => logOutEverywhere(deps, actor, userId),
    listSessions: (actor, filter) => listSessions(deps, actor, filter),
    revokeSession: (actor, sessionId) => revokeSession(deps, actor, sessionId),
    endedAmong: (sessionIds) => endedAmong(db.primary, sessionIds),
    withSecondFactorAmong: (sessionIds) => withSecondFactorAmong(db.primary, sessionIds),
    listEnded: (since) => listEnded(deps, since),
    publicKeys: () => keys.publicKeys(),
    rotateSigningKey: (actor, input) => rotateSigningKey(deps, actor, input),
    keepSigningKeys: () => keepSigningKeys(deps),
    listAttempts: (actor, filter) => listAttempts(deps, actor, filter),
    sealStored: (signal) => sealStoredAddresses(deps, signal),
    pruneAttempts: (limit) => pruneAttempts(deps, limit),
    personalData: createSessionsPersonalData(deps),
  };
}
