import type { EpochMs } from '../../common/clock.ts';
import { DomainError, InvalidArgument } from '../../common/errors/index.ts';
import type { SocialAttemptRow, SocialProviderName } from './entities.ts';
import type { SocialProvider } from './providers/provider.ts';
import { hashSecret, newSecret } from './secrets.ts';
import type { SocialDeps } from './social-deps.ts';

/** A login or a link to begin. */
export interface BeginInput {
  readonly provider: SocialProviderName;
  /** Whose account it is to be linked to; undefined for a login. */
  readonly userId: string | undefined;
  readonly redirectUri: string;
  /** PKCE, S256; empty for a provider that doesn't take it. */
  readonly codeChallenge: string;
  /** From where; empty for calls from within. */
  readonly address: string;
}

/** What was begun. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly authorizationUrl: string;
  readonly expiresAt: EpochMs;
}

/** Milliseconds in which an attempt can be finished. */
export const attemptLifetimeMs = 10 * 60_000;

/**
 * Begins a login, or a link for that user. The state goes by way of the provider and is good once;
 * the nonce stays with the client, so that nobody else's browser can finish.
 * @throws DomainError SOCIAL_DISABLED; RATE_LIMITED; InvalidArgument for an address that is not
 *   allowed, or for X without a code challenge
 */
export async function beginAttempt(deps: SocialDeps, input: BeginInput): Promise<Attempt> {
  const { provider, redirectUri, codeChallenge, address, userId = null } = input;
  const { authorizationUrl } = providerOf(deps, provider);
  if (!deps.redirectUris.includes(redirectUri)) {
    throw new InvalidArgument('redirect_uri: is not one of SOCIAL_REDIRECT_URIS');
  }
  if (provider === 'x' && codeChallenge === '') {
    throw new InvalidArgument('code_challenge: X asks for one');
  }
  if (address !== '') await deps.limits.begins.require(address);
  const state = newSecret();
  const nonce = newSecret();
  const createdAt = deps.clock.now();
  const expiresAt = createdAt + attemptLifetimeMs;
  const row = { stateHash: hashSecret(state), nonceHash: hashSecret(nonce), provider, userId };
  await deps.db.transaction((tx) =>
    tx.insert('social_attempts', [{ ...row, redirectUri, createdAt, expiresAt, claimedAt: null }]),
  );
  return {
    state,
    nonce,
    authorizationUrl: authorizationUrl({ state, redirectUri, codeChallenge }),
    expiresAt,
  };
}

/** @throws DomainError SOCIAL_DISABLED when it is not set up */
export function providerOf({ providers }: SocialDeps, name: SocialProviderName): SocialProvider {
  const provider = providers[name];
  if (provider !== undefined) return provider;
  throw new DomainError('SOCIAL_DISABLED', `${name} is not set up`, { provider: name });
}

/** Forgets attempts that can't be finished any more, about `limit` of them; answers how many. */
export function pruneAttempts({ db, clock }: SocialDeps, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const now = clock.now();
    const last = await tx.row<Pick<SocialAttemptRow, 'expiresAt'>>(
      `SELECT expiresAt FROM social_attempts WHERE expiresAt < ?
       ORDER BY expiresAt LIMIT 1 OFFSET ${limit - 1}`,
      [now],
    );
    const before = last === undefined ? now : last.expiresAt + 1;
    return tx.execute('DELETE FROM social_attempts WHERE expiresAt < ?', [before]);
  });
}
