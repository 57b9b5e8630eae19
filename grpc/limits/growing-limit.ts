import { RateLimiterRes } from 'rate-limiter-flexible';
import type { CountBy } from './index.ts';
import { rateLimited } from './rate-limited.ts';

export interface GrowingLimitOptions {
  /** Failures that cost no delay. */
  readonly free: number;
  /** Of the first failure beyond them. */
  readonly firstDelaySeconds: number;
  readonly maxDelaySeconds: number;
}

/** An attempt that was let through; a failure until it is told otherwise. */
export interface Attempt {
  /** Forgets the failures of its key. */
  succeeded(): Promise<void>;
  /** It was neither: counts as if it had not been. */
  undo(): Promise<void>;
}

/** A delay that doubles with each failure. */
export interface GrowingLimit {
  /** @throws DomainError RATE_LIMITED with `retryAfterMs` */
  attempt(key: string): Promise<Attempt>;
}

/** Seconds after which the failures of a key are forgotten, from the first one on. */
const memorySeconds = 86_400;

/**
 * Failures beyond the free ones close a gate behind them, for the first delay and twice as long each
 * time. An attempt is counted before it is made, and the gate lets one through, so that many at once
 * are no way around.
 */
export function createGrowingLimit(
  count: CountBy,
  name: string,
  { free, firstDelaySeconds, maxDelaySeconds }: GrowingLimitOptions,
): GrowingLimit {
  const failures = count(`${name}:failures`, free, memorySeconds);
  const gates = count(`${name}:gate`, 1, maxDelaySeconds);
  const undo = async (key: string) => {
    await failures.reward(key);
  };

  /** @throws DomainError RATE_LIMITED when another attempt closed the gate */
  async function passGate(key: string, failed: number): Promise<void> {
    const delay = firstDelaySeconds * 2 ** Math.min(30, failed - free - 1);
    const customDuration = Math.min(maxDelaySeconds, delay);
    try {
      await gates.consume(key, 1, { customDuration });
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      await undo(key);
      throw rateLimited(error.msBeforeNext);
    }
  }

  return {
    async attempt(key) {
      const gate = await gates.get(key);
      if (gate !== null && gate.consumedPoints > 0 && gate.msBeforeNext > 0) {
        throw rateLimited(gate.msBeforeNext);
      }
      const { consumedPoints: failed } = await failures.penalty(key);
      if (failed > free) await passGate(key, failed);
      return {
        async succeeded() {
          await Promise.all([failures.delete(key), gates.delete(key)]);
        },
        undo: () => undo(key),
      };
    },
  };
}
