import type { DomainDeps } from '../domain-deps.ts';
import type { Users } from '../users/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { KeyRing } from './key-ring.ts';
import type { LoginLimits } from './login-limits.ts';

/** What the use cases of this domain are made of. */
export interface SessionsDeps extends DomainDeps {
  readonly users: Users;
  readonly keys: KeyRing;
  readonly accessTokens: AccessTokens;
  readonly limits: LoginLimits;
}
