import { createClient } from 'redis';
import { findBinary } from './available.ts';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { type Server, startServer } from './server.ts';
import { makeTempDir } from './temp-dir.ts';

export interface Redis extends Server {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
}

/**
 * Starts a private Redis server that keeps nothing on disk: after `restart()` it is empty.
 *
 * @throws Error when Redis isn't installed, or doesn't come up.
 */
export async function startRedis(): Promise<Redis> {
  const command = findBinary('redis-server');
  if (!command) throw new Error('redis-server is not installed');
  const dir = makeTempDir('redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];

  const server = await startServer(dir, async () => {
    const daemon = await startChild({ name: 'redis-server', command, args, dir });
    await daemon.waitUntil('Redis answers', () => answers(url));
    return daemon;
  });
  return Object.assign(server, { url, port });
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  // The failed connect says the same; without a listener the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.ping()) === 'PONG';
  } finally {
    client.destroy();
  }
}
