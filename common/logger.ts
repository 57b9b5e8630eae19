import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DestinationStream, multistream, type Logger as PinoLogger, pino } from 'pino';
import type { Config } from './config.ts';

/** Structured logger. Children carry the request id, so one request reads as one story. */
export type Logger = PinoLogger;

/** Fields that never reach a log, wherever they stand in a logged object. */
const secretPaths = [
  'password',
  'newPassword',
  'passwordHash',
  'secret',
  'clientSecret',
  'secretKey',
  'codeVerifier',
  'idToken',
  'cookie',
  'cardNumber',
  'accountNumber',
  'accessToken',
  'refreshToken',
  'token',
  'authorization',
  'paymentKey',
  'email',
  'phone',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * The process's logger: JSON lines on standard error, or, when everything runs in one process, in
 * `onair.log` of the data folder with warnings on standard error as well.
 */
export function createLogger(config: Config, name: string): Logger {
  const file =
    config.LOG_FILE ?? (config.embedded ? join(config.DATA_DIR, 'onair.log') : undefined);
  return pino(
    {
      name,
      level: config.LOG_LEVEL,
      redact: { paths: secretPaths, censor: '[redacted]' },
      serializers: { err: serializeError },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination(file),
  );
}

/** An error without the values of the statement that failed, which both drivers put on theirs. */
export function serializeError(error: Error): object {
  const { parameters, sql, driverError, ...rest } = Object.assign(
    { parameters: undefined, sql: undefined, driverError: undefined },
    pino.stdSerializers.err(error),
  );
  return rest;
}

/** A logger that says nothing, for tests of parts that need one. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

function destination(file: string | undefined): DestinationStream {
  const stderr = pino.destination({ dest: 2, sync: true });
  if (file === undefined) return stderr;
  mkdirSync(dirname(file), { recursive: true });
  return multistream([
    { level: 'trace', stream: pino.destination({ dest: file, sync: false }) },
    { level: 'warn', stream: stderr },
  ]);
}
