import type { ErrorCode } from './codes.ts';

/** Facts that go with a refusal. They reach clients, so nothing secret belongs here. */
export type ErrorDetails = Readonly<Record<string, string>>;

/**
 * A refusal that the caller should know about. Thrown, so that the transaction around it rolls
 * back; translated to a transport's own form by one middleware at each edge. Anything else that is
 * thrown is a defect and reaches callers only as INTERNAL.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}

/** The caller sent something that no state of the system could accept. */
export class InvalidArgument extends DomainError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('INVALID_ARGUMENT', message, details);
  }
}

/** The thing does not exist, or the caller may not know that it does. */
export class NotFound extends DomainError {
  constructor(what: string, id: string) {
    super('NOT_FOUND', `${what} ${id} does not exist`, { what, id });
  }
}

/** The caller is known and may not do this. */
export class PermissionDenied extends DomainError {
  constructor(message: string) {
    super('PERMISSION_DENIED', message);
  }
}

/** The thing is in a state from which this can't be done. */
export class InvalidState extends DomainError {
  constructor(what: string, state: string, message: string) {
    super('INVALID_STATE', message, { what, state });
  }
}

/** Someone changed the thing since the caller read it. `current` is the version to read again. */
export class StaleVersion extends DomainError {
  constructor(what: string, id: string, current: number) {
    super('STALE_VERSION', `${what} ${id} has changed; its version is ${current}`, {
      what,
      id,
      current: String(current),
    });
  }
}

/** The request id was used before, with other input. */
export class RequestIdReused extends DomainError {
  constructor(requestId: string) {
    super('REQUEST_ID_REUSED', `request id ${requestId} was used with other input`, { requestId });
  }
}

/** More work is waiting than can be done soon; try again after `retryAfterMs`. */
export class Overloaded extends DomainError {
  readonly retryAfterMs: number;

  constructor(what: string, retryAfterMs: number) {
    super('OVERLOADED', `${what} is overloaded, try again later`, {
      retryAfterMs: String(retryAfterMs),
    });
    this.retryAfterMs = retryAfterMs;
  }
}
