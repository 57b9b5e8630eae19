import { DomainError } from '../../../common/errors/index.ts';
import type { SocialProviderName } from '../entities.ts';

/** What a provider says of a person. */
export interface SocialProfile {
  /** The provider's own id of the person, which never changes. */
  readonly subject: string;
  /** As the provider has it; may be empty, or anything. */
  readonly name: string;
  /** Undefined when the provider has none, or may not tell. */
  readonly email: { readonly address: string; readonly verified: boolean } | undefined;
}

/** What the provider sent the browser back with, and what must be as it was when it was sent. */
export interface CodeClaim {
  readonly code: string;
  /** For PKCE. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** A provider over HTTP. Secrets go into requests and nowhere else: no error or log has them. */
export interface SocialProvider {
  /** Where to send the browser. */
  authorizationUrl(attempt: {
    readonly state: string;
    readonly redirectUri: string;
    readonly codeChallenge: string;
  }): string;
  /**
   * Trades the code, once, for the profile of who got it. Tokens that this takes are not kept.
   * @throws DomainError SOCIAL_CODE_INVALID, SOCIAL_SCOPE_MISSING, SOCIAL_UNDER_AGE; UNAVAILABLE
   *   when it doesn't answer, or not to us
   */
  readProfile(claim: CodeClaim): Promise<SocialProfile>;
  /**
   * Tells the provider that a link ended; it may know already.
   * @throws DomainError UNAVAILABLE
   */
  unlink(subject: string): Promise<void>;
}

/** The provider refused the code: it was used, is too old, or belongs to another request. */
export function codeInvalid(provider: SocialProviderName, reason: string): DomainError {
  return new DomainError('SOCIAL_CODE_INVALID', 'the provider did not accept the code', {
    provider,
    reason,
  });
}

/** The person did not agree to share what is needed. */
export function scopeMissing(provider: SocialProviderName, scopes: readonly string[]): DomainError {
  return new DomainError('SOCIAL_SCOPE_MISSING', 'the provider may not tell what is needed', {
    provider,
    scopes: scopes.join(' '),
  });
}

/** Nothing can be said of the request; the same one may fare better later. */
export function unavailable(provider: SocialProviderName, reason: string): DomainError {
  return new DomainError('UNAVAILABLE', `${provider} does not answer: ${reason}`, { provider });
}
