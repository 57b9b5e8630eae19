import type { DomainError } from '../../common/errors/index.ts';

/** Whole seconds after which to try again, for Retry-After; undefined if the error doesn't say. */
export function retryAfterSeconds(error: DomainError): number | undefined {
  if (error.code === 'UNAVAILABLE') return 1;
  const { retryAfterMs } = error.details;
  if (retryAfterMs === undefined) return undefined;
  const seconds = Math.ceil(Number(retryAfterMs) / 1_000);
  return Number.isFinite(seconds) ? Math.max(1, seconds) : undefined;
}
