import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded beside a server (`--import`): at SIGUSR2 it collects garbage and says what is left, and how
 * late the event loop was since the last time.
 */
setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

process.on('SIGUSR2', () => {
  const loopDelayP99Ms = delay.percentile(99) / 1e6;
  if (typeof collect === 'function') for (let i = 0; i < 2; i += 1) collect();
  const { rss, heapUsed } = process.memoryUsage();
  // In one piece: a line that is there is whole.
  process.stdout.write(`probe ${JSON.stringify({ rss, heapUsed, loopDelayP99Ms })}\n`);
  // The collection was ours.
  setImmediate(() => delay.reset());
});
