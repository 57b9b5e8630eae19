import { DomainError, isErrorCode } from '../common/errors/index.ts';
import type { Refusal } from '../proto/gen/onair/common/v1/common.ts';

/** A refusal of one item of a batch, as the error that a call of its own would have met. */
export function toItemError(refusal: Refusal | undefined): DomainError {
  if (refusal === undefined) return new DomainError('INTERNAL', 'the item has no outcome');
  const code = isErrorCode(refusal.code) ? refusal.code : 'INTERNAL';
  return new DomainError(code, refusal.message, refusal.details);
}
