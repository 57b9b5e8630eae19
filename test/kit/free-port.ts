import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range from which operating systems take the ports of outgoing connections (32768 up on
// Linux), so that no connection of a running test can take a port between choice and use.
const firstPort = 20_000;
const lastPort = 32_000;
const host = '127.0.0.1';

/**
 * A TCP port on 127.0.0.1 that nobody listens on, and that no other call gets while this process
 * lives: also not a call in another test process, nor after a server on it crashed.
 *
 * @throws Error when every port of the range is taken.
 */
export async function freePort(): Promise<number> {
  const count = lastPort - firstPort;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step++) {
    const port = firstPort + ((start + step) % count);
    if ((await claim(port)) && (await isUnused(port))) return port;
  }
  throw new Error(`no free port between ${firstPort} and ${lastPort}`);
}

/** Holding the UDP port of the same number is the claim: the kernel frees it when we die. */
async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, address: host, exclusive: true });
    await once(socket, 'listening');
    socket.unref();
    return true;
  } catch {
    socket.close();
    return false;
  }
}

async function isUnused(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
