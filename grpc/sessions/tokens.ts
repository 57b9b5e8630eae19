import type { EpochMs } from '../../common/clock.ts';
import type { User } from '../users/index.ts';

/** What a client holds to act as a user. */
export interface Tokens {
  readonly user: User;
  readonly accessToken: string;
  readonly accessExpiresAt: EpochMs;
  readonly refreshToken: string;
  readonly refreshExpiresAt: EpochMs;
  /** Whether the account is an admin's, who needs a second factor to act as one. */
  readonly totpRequired: boolean;
}
