import { DomainError } from '../../common/errors/index.ts';

/** The refusal of one who tries too often. */
export function rateLimited(retryAfterMs: number): DomainError {
  return new DomainError('RATE_LIMITED', 'too many attempts, try again later', {
    retryAfterMs: String(Math.max(1, Math.ceil(retryAfterMs))),
  });
}
