import type { EpochMs } from '../../../common/clock.ts';
import { DomainError } from '../../../common/errors/index.ts';
import type { Tx } from '../../db/index.ts';
import type { User } from '../../users/index.ts';
import type { ClientInfo } from '../client-info.ts';
import { noteAttempt } from '../login-attempts.ts';
import { completeTokens, openSessionIn, type PendingTokens } from '../open-session.ts';
import { newRefreshToken } from '../refresh-tokens.ts';
import type { SessionsDeps } from '../sessions-deps.ts';
import type { Tokens } from '../tokens.ts';
import { hashOf, readCode, spendIn } from './codes.ts';
import type { LoginChallengeRow } from './entities.ts';
import { findChallenge, findFactor } from './store.ts';
import { invalidCode, secondFactorKey } from './totp.ts';

/** A log-in that a transaction is about to commit, and that waits for its second factor. */
export interface PendingChallenge {
  readonly challenge: string;
  readonly challengeExpiresAt: EpochMs;
}

/** What proving who one is leads to. */
export type Admission = PendingTokens | PendingChallenge;

/** Milliseconds in which the code must come. */
export const challengeLifetimeMs = 5 * 60_000;
/** Wrong codes after which one must begin anew. */
const maxFailures = 5;

/** Opens a session, or, for an account with a second factor, asks for that first. */
export async function admitIn(
  deps: SessionsDeps,
  tx: Tx,
  user: User,
  client: ClientInfo,
  now: EpochMs,
): Promise<Admission> {
  const factor = await findFactor(tx, user.id);
  if (factor === undefined || factor.confirmedAt === null) {
    return openSessionIn(deps, tx, user, client, now);
  }
  const challenge = newRefreshToken();
  const challengeExpiresAt = now + challengeLifetimeMs;
  const times = { createdAt: now, expiresAt: challengeExpiresAt };
  await tx.insert('login_challenges', [
    { challengeHash: hashOf(challenge), userId: user.id, ...times, failures: 0, usedAt: null },
  ]);
  return { challenge, challengeExpiresAt };
}

/** Whether someone was admitted, or asked for a second factor; for the audit. */
export function outcomeOf(admission: Admission): 'opened' | 'second_factor' {
  return 'challenge' in admission ? 'second_factor' : 'opened';
}

/**
 * Adds the access token, once the rest is committed.
 * @throws DomainError SECOND_FACTOR_REQUIRED with `challenge` and `expiresAt`, which only go to who
 *   proved to be the account's owner but for the second factor
 */
export async function completeAdmission(
  deps: SessionsDeps,
  admission: Admission,
  now: EpochMs,
): Promise<Tokens> {
  if (!('challenge' in admission)) return completeTokens(deps, admission, now);
  throw new DomainError('SECOND_FACTOR_REQUIRED', 'send a code of your app with the challenge', {
    challenge: admission.challenge,
    expiresAt: new Date(admission.challengeExpiresAt).toISOString(),
  });
}

/** The second step of a log-in. */
export interface CodeInput {
  readonly challenge: string;
  /** Of the app, or a recovery code. */
  readonly code: string;
  readonly client: ClientInfo;
}

/**
 * Opens the session that a challenge stands for, by a code that was never used. A challenge is good
 * for one session, five minutes and five wrong codes. Wrong codes are counted by account and by
 * address, as failed log-ins are, and noted for admins.
 * @throws DomainError CHALLENGE_INVALID; SECOND_FACTOR_INVALID; ACCOUNT_SUSPENDED; RATE_LIMITED
 */
export async function logInWithCode(deps: SessionsDeps, input: CodeInput): Promise<Tokens> {
  const { db, clock, vault, limits } = deps;
  const { client, code } = input;
  const challengeHash = hashOf(input.challenge);
  const found = await findChallenge(db.primary, challengeHash);
  if (found === undefined || isOver(found, clock.now())) throw challengeInvalid();
  const { userId } = found;
  const attempt = await limits.begin(secondFactorKey(userId), client.address);
  const factor = await findFactor(db.primary, userId);
  if (factor === undefined || factor.confirmedAt === null) throw challengeInvalid();
  const now = clock.now();
  const claim = await readCode(vault, factor, code, now);
  const outcome = await db.transaction(async (tx) => {
    const challenge = await findChallenge(tx, challengeHash, tx.dialect.forUpdate);
    if (challenge === undefined || isOver(challenge, now)) return 'over';
    const user = await deps.users.lockForLoginIn(tx, userId, undefined);
    if (user === undefined) return 'over';
    const fits = await spendIn(tx, claim, now);
    const said = fits ? (user.suspended ? 'suspended' : 'opened') : 'bad_code';
    await noteAttempt(deps, tx, userId, client, said, now, claim?.kind ?? 'totp');
    await tx.execute(
      `UPDATE login_challenges SET failures = failures + ?, usedAt = ? WHERE challengeHash = ?`,
      [fits ? 0 : 1, fits ? now : null, challengeHash],
    );
    return said === 'opened' ? openSessionIn(deps, tx, user, client, now, now) : said;
  });
  if (outcome === 'bad_code') throw invalidCode();
  await attempt.succeeded();
  if (outcome === 'over') throw challengeInvalid();
  if (outcome === 'suspended') {
    throw new DomainError('ACCOUNT_SUSPENDED', 'the account is suspended');
  }
  return completeTokens(deps, outcome, now);
}

function isOver({ usedAt, expiresAt, failures }: LoginChallengeRow, now: EpochMs): boolean {
  return usedAt !== null || expiresAt <= now || failures >= maxFailures;
}

function challengeInvalid(): DomainError {
  return new DomainError('CHALLENGE_INVALID', 'the challenge is unknown, over or was used');
}
