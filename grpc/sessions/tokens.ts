import type { EpochMs } from '../../common/clock.ts';
import type { User } from '../users/index.ts';

/** What a client holds to act as a user. */
export interface Tokens {
  readonly user: User;
  readonly accessToken: string;
  readonly accessExpiresAt: EpochMs;
  readonly refreshToken: string;
  readonly refreshExpiresAt: EpochMs;
}
