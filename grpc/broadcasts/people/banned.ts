import { DomainError } from '../../../common/errors/index.ts';
import { forGood } from './standings.ts';

/** The refusal of someone who is kept out; `until` in epoch milliseconds, unless it is for good. */
export function banned(until: number): DomainError {
  const details: Record<string, string> = until === forGood ? {} : { until: String(until) };
  return new DomainError('BANNED', 'banned from this broadcast', details);
}
