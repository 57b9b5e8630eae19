import { QueryFailedError } from 'typeorm';
import { DomainError } from '../../common/errors/index.ts';

interface DriverFacts {
  readonly code: string;
  readonly errno: number;
  readonly message: string;
}

/** What the driver said, whichever layer wrapped it. */
function factsOf(error: unknown): DriverFacts {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const read = (name: string): unknown =>
    typeof source === 'object' && source !== null ? Reflect.get(source, name) : undefined;
  const errno = read('errno');
  return {
    code: String(read('code') ?? ''),
    errno: typeof errno === 'number' ? errno : 0,
    message: String(read('message') ?? ''),
  };
}

/** ER_LOCK_DEADLOCK, and ER_CHECKREAD (the snapshot is too old). */
const lockErrnos: ReadonlySet<number> = new Set([1213, 1020]);

/** Whether the transaction lost a fight over locks and may simply be run again. */
export function isLockConflict(error: unknown): boolean {
  const { errno, code } = factsOf(error);
  return (
    lockErrnos.has(errno) || code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')
  );
}

/**
 * ER_LOCK_WAIT_TIMEOUT: whether someone kept a lock for longer than we wait for one. That is no
 * fight between equals, so running it again at once would only wait as long again.
 */
export function isLockTimeout(error: unknown): boolean {
  return factsOf(error).errno === 1205;
}

/** Whether a row with the same primary or unique key exists. */
export function isDuplicateKey(error: unknown): boolean {
  const { errno, code, message } = factsOf(error);
  if (errno === 1062) return true;
  return code.startsWith('SQLITE_CONSTRAINT') && message.includes('UNIQUE');
}

const connectionCodes: ReadonlySet<string> = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'ER_SERVER_SHUTDOWN',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
]);

/** ER_CONNECTION_KILLED of MariaDB, which the driver knows by another name. */
const connectionKilled = 1927;

/** What the driver says of a connection or a pool that was closed; it gives no code. */
const closedMessages: ReadonlySet<string> = new Set([
  "Can't add new command when connection is in closed state",
  'Pool is closed.',
]);

/**
 * Whether the database went away. What a transaction did before is then not known: it may have
 * been committed.
 */
export function isConnectionLost(error: unknown): boolean {
  const { code, errno, message } = factsOf(error);
  return connectionCodes.has(code) || errno === connectionKilled || closedMessages.has(message);
}

/** Refuses what the database couldn't do because it went away: it may have been done or not. */
export class DatabaseAway extends DomainError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', 'the database is away');
    this.cause = cause;
  }
}

/** Milliseconds after which to try again what others keep. */
const retryAfterMs = 1_000;

/** Refuses what couldn't get its locks. It was not done. */
export class RowsBusy extends DomainError {
  constructor(cause: unknown) {
    super('UNAVAILABLE', 'others keep what this needs, try again later', {
      retryAfterMs: String(retryAfterMs),
    });
    this.cause = cause;
  }
}

/** What to tell callers of an error: a refusal if trying again later may help, else the error. */
export function toRefusal(error: unknown): unknown {
  if (isConnectionLost(error)) return new DatabaseAway(error);
  if (isLockConflict(error) || isLockTimeout(error)) return new RowsBusy(error);
  return error;
}
