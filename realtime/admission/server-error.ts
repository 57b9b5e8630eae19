import { ServerError } from '@colyseus/core';
import { DomainError, httpStatusByCode } from '../../common/errors/index.ts';

/**
 * A refused join in the framework's form: its message is our stable code, its number the HTTP
 * status of that code, which the matchmaking response carries as well.
 */
export function toServerError(error: unknown): ServerError {
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  return new ServerError(httpStatusByCode[code], code, { cause: error });
}
