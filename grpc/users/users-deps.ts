import type { DomainDeps } from '../domain-deps.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Passwords } from './passwords.ts';

/** What the use cases of this domain are made of. */
export interface UsersDeps extends DomainDeps {
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
}
