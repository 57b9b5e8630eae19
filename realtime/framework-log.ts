import { format } from 'node:util';
import type { Logger } from '../common/logger.ts';

/**
 * The framework's logger over ours. What it calls an error is most often a client's doing, such as
 * a frame that can't be decoded, so it wakes nobody up; rooms report their own failures.
 */
export function createFrameworkLog(log: Logger) {
  const child = log.child({ from: 'colyseus' });
  const debug = (...args: unknown[]) => child.debug(format(...args));
  const warn = (...args: unknown[]) => child.warn(format(...args));
  return { trace: debug, debug, info: debug, warn, error: warn };
}
