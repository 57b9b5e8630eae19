import { format } from 'node:util';
import type { Logger } from '../common/logger.ts';

/** Warnings of the framework that are logged in one period; the rest are counted. */
const mostWarnings = 20;
const periodMs = 10_000;

/**
 * The framework's logger over ours. What it calls an error is most often a client's doing, such as
 * a frame that can't be decoded, so it wakes nobody up; rooms report their own failures. A client
 * that sends such frames as fast as it may doesn't fill the disk with them either.
 */
export function createFrameworkLog(log: Logger, now: () => number = () => performance.now()) {
  const child = log.child({ from: 'colyseus' });
  let since = now();
  let warnings = 0;

  function warn(...args: unknown[]): void {
    if (now() - since >= periodMs) {
      const leftOut = warnings - mostWarnings;
      if (leftOut > 0) child.warn({ leftOut }, 'warnings were left out');
      since = now();
      warnings = 0;
    }
    warnings += 1;
    if (warnings <= mostWarnings) child.warn(format(...args));
  }

  const debug = (...args: unknown[]) => child.debug(format(...args));
  return { trace: debug, debug, info: debug, warn, error: warn };
}

/**
 * Sends warnings and errors that are written to the console where the framework's go, until the
 * answer is called: its codec complains there of each text that is no UTF-8.
 */
export function takeConsole({ warn, error }: Pick<Console, 'warn' | 'error'>): () => void {
  const before = { warn: console.warn, error: console.error };
  Object.assign(console, { warn, error });
  return () => void Object.assign(console, before);
}
