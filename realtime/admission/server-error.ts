import { ServerError } from '@colyseus/core';
import { DomainError, httpStatusByCode } from '../../common/errors/index.ts';

/** Facts of a refusal that a client at the door can act on. */
const told = ['position', 'ticket', 'retryAfterMs', 'until'] as const;

/**
 * A refused join in the framework's form: its number is the HTTP status of our code, which the
 * matchmaking response carries as well, and its message our stable code. The framework passes
 * nothing else on, so facts follow in the message: `BROADCAST_FULL; position=3; ticket=tkt_...`.
 */
export function toServerError(error: unknown): ServerError {
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  const details = error instanceof DomainError ? error.details : {};
  const facts = told.flatMap((name) => {
    const value = details[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return new ServerError(httpStatusByCode[code], [code, ...facts].join('; '), { cause: error });
}
