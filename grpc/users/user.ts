import type { Role } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';

/** An account as its owner sees it. */
export interface User {
  readonly id: string;
  /** As given, but trimmed. */
  readonly email: string;
  readonly name: string;
  /** As given, or empty. */
  readonly phone: string;
  /** Roles held, in the order of `roles` in common/auth. */
  readonly roles: readonly Role[];
  readonly createdAt: EpochMs;
}

/** What a client holds to act as a user. */
export interface Tokens {
  readonly user: User;
  readonly accessToken: string;
  readonly accessExpiresAt: EpochMs;
  readonly refreshToken: string;
  readonly refreshExpiresAt: EpochMs;
}
