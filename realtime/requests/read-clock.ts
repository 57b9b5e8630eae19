import type { Clock } from '../../common/clock.ts';
import type { Handler } from './request.ts';

/**
 * `clock` -> `{now}`: the server's epoch milliseconds. A client takes half of the round trip off and
 * counts deals down by the difference to its own clock.
 */
export function createReadClock(clock: Clock): Handler {
  return async () => ({ now: clock.now() });
}
