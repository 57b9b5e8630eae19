import { QueryFailedError } from 'typeorm';

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

/** ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT, or ER_CHECKREAD (snapshot is too old). */
const lockErrnos: ReadonlySet<number> = new Set([1213, 1205, 1020]);

/** Whether the transaction lost a fight over locks and may simply be run again. */
export function isLockConflict(error: unknown): boolean {
  const { errno, code } = factsOf(error);
  return (
    lockErrnos.has(errno) || code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')
  );
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
  'ENOENT',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'POOL_CLOSED',
]);

/**
 * Whether the database went away. What a transaction did before is then not known: it may have
 * been committed.
 */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = factsOf(error);
  return connectionCodes.has(code) || /closed state|pool is closed/i.test(message);
}
