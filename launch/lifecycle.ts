import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Running } from './parts.ts';

/**
 * Runs until SIGINT or SIGTERM, then drains: each part takes no new work and finishes what is
 * under way, for at most SHUTDOWN_TIMEOUT_MS in all; then stops. A second signal stops at once.
 */
export async function runUntilStopped(
  running: Running,
  config: Config,
  log: Logger,
): Promise<void> {
  const signal = await nextSignal();
  log.info({ signal }, 'draining');
  void nextSignal().then(() => process.exit(130));
  const backwards = [...running.parts].reverse();
  const late = delay(config.SHUTDOWN_TIMEOUT_MS, 'late' as const, { ref: false });
  const drained = (async () => {
    for (const part of backwards) await part.drain();
  })();
  if ((await Promise.race([drained, late])) === 'late') log.warn('draining took too long');
  for (const part of backwards) {
    await part.stop().catch((error: unknown) => log.warn({ err: error, part: part.name }, 'stop'));
  }
  await running.close();
  log.info('stopped');
  process.exit(0);
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const heard = (signal: NodeJS.Signals) => {
      process.off('SIGINT', heard);
      process.off('SIGTERM', heard);
      resolve(signal);
    };
    process.on('SIGINT', heard);
    process.on('SIGTERM', heard);
  });
}
