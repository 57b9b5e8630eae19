import { generateSecret, generateURI } from 'otplib';
import type { UserActor } from '../../../common/auth/index.ts';
import { DomainError, InvalidState, NotFound } from '../../../common/errors/index.ts';
import type { Tx } from '../../db/index.ts';
import { endSessionsOf } from '../end-sessions.ts';
import { noteAttempt } from '../login-attempts.ts';
import type { SessionsDeps } from '../sessions-deps.ts';
import { type CodeClaim, makeRecoveryCodes, readCode, sealSecret, spendIn } from './codes.ts';
import type { TotpFactorRow } from './entities.ts';
import {
  countRecoveryCodes,
  dropFactor,
  enableFactor,
  findFactor,
  replaceFactor,
} from './store.ts';

/** How someone's second factor stands. */
export interface TotpStatus {
  readonly enabledAt: number | undefined;
  readonly recoveryCodesLeft: number;
  /** Whether admins need one here. */
  readonly requiredForAdmins: boolean;
}

/** How the actor's second factor stands. */
export async function getTotp(
  { db, config }: SessionsDeps,
  { userId }: UserActor,
): Promise<TotpStatus> {
  const factor = await findFactor(db.primary, userId);
  return {
    enabledAt: factor?.confirmedAt ?? undefined,
    recoveryCodesLeft: await countRecoveryCodes(db.primary, userId),
    requiredForAdmins: config.ADMIN_TOTP_REQUIRED,
  };
}

/**
 * Makes a secret for the actor's authenticator app, shown this once. It counts for nothing until
 * `confirmTotp`; beginning again makes another.
 * @throws what users.confirmIdentity throws; InvalidState when there is a factor already
 */
export async function beginTotp(
  deps: SessionsDeps,
  actor: UserActor,
  claim: { readonly password: string; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly secret: string; readonly otpauthUri: string }> {
  const { db, clock, users, vault } = deps;
  await users.confirmIdentity(actor, { ...claim, recentLoginSuffices: true });
  const { userId } = actor;
  const secret = generateSecret();
  const sealedSecret = sealSecret(vault, userId, secret);
  const user = await db.transaction(async (tx) => {
    const user = await users.lockIn(tx, userId);
    if ((await findFactor(tx, userId))?.confirmedAt != null) throw enabledAlready();
    await replaceFactor(tx, { userId, sealedSecret, createdAt: clock.now() });
    return user;
  });
  const label = user.email === '' ? user.name : user.email;
  return { secret, otpauthUri: generateURI({ issuer: 'Onair', label, secret }) };
}

/**
 * Turns the second factor on, by a first code of the app. Answers recovery codes, shown this once.
 * The actor's other sessions end; this one counts as opened with the factor.
 * @throws NotFound when none was begun; InvalidState when it is on already; DomainError
 *   SECOND_FACTOR_INVALID; RATE_LIMITED with `retryAfterMs`
 */
export async function confirmTotp(
  deps: SessionsDeps,
  actor: UserActor,
  code: string,
): Promise<readonly string[]> {
  const { userId } = actor;
  const factor = await findFactor(deps.db.primary, userId);
  if (factor === undefined) throw new NotFound('totp', userId);
  if (factor.confirmedAt !== null) throw enabledAlready();
  const { shown, hashes } = makeRecoveryCodes();
  await withCode(deps, factor, code, async (tx, now) => {
    await enableFactor(tx, actor, hashes, now);
    await endSessionsOf(deps, tx, userId, 'revoked', now, actor.sessionId);
    await noteChange(deps, tx, userId, 'totp_enabled', now);
  });
  return shown;
}

/**
 * Turns the second factor off, by a code of the app or a recovery code. Where admins need one, the
 * actor's sessions are an admin's no more.
 * @throws NotFound when it is not on; DomainError SECOND_FACTOR_INVALID; RATE_LIMITED
 */
export async function disableTotp(
  deps: SessionsDeps,
  { userId }: UserActor,
  code: string,
): Promise<void> {
  const factor = await findFactor(deps.db.primary, userId);
  if (factor === undefined || factor.confirmedAt === null) throw new NotFound('totp', userId);
  await withCode(deps, factor, code, async (tx, now) => {
    await dropFactor(tx, userId);
    await noteChange(deps, tx, userId, 'totp_disabled', now);
  });
}

/** Does `work` in the transaction that uses the code up; wrong codes are counted and noted. */
async function withCode(
  deps: SessionsDeps,
  factor: TotpFactorRow,
  code: string,
  work: (tx: Tx, now: number) => Promise<void>,
): Promise<void> {
  const { db, clock, users, vault } = deps;
  const attempt = await deps.limits.begin(secondFactorKey(factor.userId), '');
  const claim = await readCode(vault, factor, code, clock.now());
  const fits = await db.transaction(async (tx) => {
    const now = clock.now();
    await users.lockIn(tx, factor.userId);
    const isSpent = await spendIn(tx, claim, now);
    if (isSpent) await work(tx, now);
    else await noteWrongCode(deps, tx, factor.userId, claim, now);
    return isSpent;
  });
  if (!fits) throw invalidCode();
  await attempt.succeeded();
}

/** What failures of the second factor are counted by; apart from those of the password. */
export function secondFactorKey(userId: string): string {
  return `second-factor:${userId}`;
}

/** The code is wrong, or was used before. */
export function invalidCode(): DomainError {
  return new DomainError('SECOND_FACTOR_INVALID', 'the code is wrong or was used');
}

async function noteWrongCode(
  deps: SessionsDeps,
  tx: Tx,
  userId: string,
  claim: CodeClaim | undefined,
  now: number,
): Promise<void> {
  const nowhere = { address: '', userAgent: '' };
  await noteAttempt(deps, tx, userId, nowhere, 'bad_code', now, claim?.kind ?? 'totp');
}

async function noteChange(
  { users }: SessionsDeps,
  tx: Tx,
  userId: string,
  kind: 'totp_enabled' | 'totp_disabled',
  changedAt: number,
): Promise<void> {
  await users.noteChangeIn(tx, { userId, kind, reason: '', changedBy: userId, changedAt });
}

function enabledAlready(): InvalidState {
  return new InvalidState('totp', 'enabled', 'the second factor is on already');
}
