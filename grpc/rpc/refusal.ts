import type { DomainError } from '../../common/errors/index.ts';
import type { Refusal } from '../../proto/gen/onair/common/v1/common.ts';

/** A refusal of one item of a call that takes many, for the wire. */
export function toRefusal(error: DomainError): Refusal {
  return { code: error.code, message: error.message, details: { ...error.details } };
}
