import { DomainError } from '../../common/errors/index.ts';
import type { Tx } from '../db/index.ts';
import { providerOf } from './begin-attempt.ts';
import type { SocialAttemptRow, SocialProviderName } from './entities.ts';
import type { SocialProfile } from './providers/provider.ts';
import { hashSecret } from './secrets.ts';
import type { SocialDeps } from './social-deps.ts';

/** What a provider sent the browser back with, and what its client kept. */
export interface FinishInput {
  readonly provider: SocialProviderName;
  /** Who finishes a link; undefined for a login. */
  readonly userId: string | undefined;
  readonly code: string;
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

/**
 * Finishes an attempt, once, and answers whom the provider vouches for. The provider is asked
 * outside of any transaction. While it doesn't answer, the attempt stays open, so that the same
 * request may be made again; any other outcome ends it.
 * @throws DomainError SOCIAL_STATE_INVALID when the state is unknown, too old, was used, or is of
 *   another browser, person, provider or purpose; what SocialProvider.readProfile throws
 */
export async function finishAttempt(deps: SocialDeps, input: FinishInput): Promise<SocialProfile> {
  const provider = providerOf(deps, input.provider);
  const attempt = await deps.db.transaction((tx) => claim(deps, tx, input));
  if (attempt === undefined) {
    throw new DomainError('SOCIAL_STATE_INVALID', 'the attempt is unknown, over, or not yours');
  }
  const { code, codeVerifier } = input;
  try {
    return await provider.readProfile({ code, codeVerifier, redirectUri: attempt.redirectUri });
  } catch (error) {
    if (isUnavailable(error)) await reopen(deps, attempt.stateHash);
    throw error;
  }
}

/** Ends the attempt; undefined when it isn't the caller's to finish, which ends it all the same. */
async function claim(
  { clock }: SocialDeps,
  tx: Tx,
  { state, nonce, provider, userId }: FinishInput,
): Promise<SocialAttemptRow | undefined> {
  const now = clock.now();
  const row = await tx.row<SocialAttemptRow>(
    `SELECT * FROM social_attempts WHERE stateHash = ?${tx.dialect.forUpdate}`,
    [hashSecret(state)],
  );
  if (row === undefined || row.claimedAt !== null || row.expiresAt <= now) return undefined;
  await tx.execute('UPDATE social_attempts SET claimedAt = ? WHERE stateHash = ?', [
    now,
    row.stateHash,
  ]);
  // Hashes of secrets that nobody can guess: how long comparing takes tells nothing.
  const isTheirs =
    row.nonceHash === hashSecret(nonce) &&
    row.provider === provider &&
    row.userId === (userId ?? null);
  return isTheirs ? row : undefined;
}

async function reopen({ db }: SocialDeps, stateHash: string): Promise<void> {
  await db.transaction((tx) =>
    tx.execute('UPDATE social_attempts SET claimedAt = NULL WHERE stateHash = ?', [stateHash]),
  );
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'UNAVAILABLE';
}
