import { io } from 'socket.io-client';
import type { Child } from '../../test/kit/child.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { startService } from '../kit/processes.ts';
import type { ChatSystem } from './system.ts';

/** Milliseconds after which a message counts as not taken, and is said again. */
const takenMs = 2_000;

/** One process of Socket.IO's: its recovery over several needs a store beside Redis Pub/Sub. */
export async function openSocketIo(dir: string): Promise<ChatSystem> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let starts = 0;
  let seq = 0;
  const start = (): Promise<Child> => {
    starts += 1;
    return startService({
      file: 'bench/recovery/socket-io-service.js',
      ...{ name: `socket-io-${starts}`, dir },
      env: { PORT: String(port) },
    });
  };
  let server = await start();
  const mouth = io(url, { transports: ['websocket'], reconnectionDelay: 50 });

  async function say(): Promise<number> {
    seq += 1;
    for (;;) {
      try {
        await mouth.timeout(takenMs).emitWithAck('say', { seq, text: `말 ${seq}` });
        return seq;
      } catch {
        // Not taken as far as anyone knows: who says a thing says it again.
      }
    }
  }

  return {
    name: 'Socket.IO',
    viewers: { kind: 'socket.io', url },
    say,
    async rollingRestart() {
      await server.stop();
      server = await start();
    },
    async crash() {
      await server.kill();
      server = await start();
    },
    pids: () => ({ server: server.pid }),
    async stop() {
      mouth.disconnect();
      await server.stop();
    },
  };
}
