import { DomainError, isErrorCode } from '../../common/errors/index.ts';
import type { Refusal } from '../../proto/gen/onair/common/v1/common.ts';

/**
 * The rejection of one item in a call that takes many, as the DomainError that the service meant.
 * An item without any outcome is a defect of the service: INTERNAL.
 */
export function refused(refusal: Refusal | undefined): PromiseRejectedResult {
  const { code, message, details } = refusal ?? { code: 'INTERNAL', message: 'no outcome' };
  const reason = new DomainError(isErrorCode(code) ? code : 'INTERNAL', message, details);
  return { status: 'rejected', reason };
}
