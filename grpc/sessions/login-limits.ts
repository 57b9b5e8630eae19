import { createHash } from 'node:crypto';
import type { Attempt, GrowingLimit, Limits } from '../limits/index.ts';

/** Bounds on failed log-ins, of one account from anywhere and from one address at any account. */
export interface LoginLimits {
  /**
   * Lets an attempt through and counts it as a failure until told otherwise.
   * @throws DomainError RATE_LIMITED with `retryAfterMs`
   */
  begin(emailKey: string, address: string): Promise<Attempt>;
  /** Whether to note that an attempt was turned away; at most once in ten seconds for each key. */
  isWorthNoting(emailKey: string, address: string): Promise<boolean>;
}

export interface LoginLimitSettings {
  /** Failures that cost no delay; of one address ten times as many. */
  readonly freeFailures: number;
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
}

/**
 * Known and unknown e-mails are counted alike, so that being limited tells nothing. A success
 * clears the account's failures; of an address it takes back one, or an attacker with an account
 * of his own could clear the way again and again.
 */
export function createLoginLimits(
  limits: Limits,
  { freeFailures, ...delays }: LoginLimitSettings,
): LoginLimits {
  const ofAccounts = limits.growing('login-account', { free: freeFailures, ...delays });
  const ofAddresses = limits.growing('login-address', { free: freeFailures * 10, ...delays });
  const notes = limits.fixed('login-note', { points: 1, seconds: 10 });
  return {
    async begin(emailKey, address) {
      const account = await ofAccounts.attempt(hash(emailKey));
      const place = await attemptFrom(ofAddresses, address).catch(async (error: unknown) => {
        await account.undo();
        throw error;
      });
      return {
        async succeeded() {
          await Promise.all([account.succeeded(), place?.undo()]);
        },
        async undo() {
          await Promise.all([account.undo(), place?.undo()]);
        },
      };
    },
    isWorthNoting: (emailKey, address) => notes.take(`${hash(emailKey)}:${address}`),
  };
}

/** Calls from within carry no address and are not counted by it. */
function attemptFrom(limit: GrowingLimit, address: string): Promise<Attempt | undefined> {
  return address === '' ? Promise.resolve(undefined) : limit.attempt(address);
}

/** Keys lie in Redis, where nobody needs to read e-mails. */
function hash(emailKey: string): string {
  return createHash('sha256').update(emailKey).digest('base64url');
}
