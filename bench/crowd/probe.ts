import { kill } from 'node:process';
import { z } from 'zod';
import { until } from '../../test/kit/until.ts';

const reading = z.object({ rss: z.number(), heapUsed: z.number(), loopDelayP99Ms: z.number() });

/** What a server's probe says: bytes after a collection, and the event loop since the last time. */
export type Reading = z.output<typeof reading>;

/** Asks the probe of a server once. */
export async function probe(server: { readonly pid: number; log(): string }): Promise<Reading> {
  const readings = () => server.log().match(/^probe .*$/gm) ?? [];
  const before = readings().length;
  kill(server.pid, 'SIGUSR2');
  const line = await until('the probe answers', () => readings()[before], { timeoutMs: 20_000 });
  return reading.parse(JSON.parse(line.slice('probe '.length)));
}
