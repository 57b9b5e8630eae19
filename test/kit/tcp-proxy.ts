import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A wire between clients and a server, which can be damaged. */
export interface TcpProxy {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Connections through it now. */
  readonly connections: number;
  /** Cuts every connection, without a word to either side beyond the reset. */
  cut(): void;
  /** Refuses new connections, until `accept()`. */
  refuse(): void;
  accept(): void;
  /** Lets nothing through in either direction, as a dead spot does; connections stay open. */
  stall(): void;
  /** Lets everything through again, what waited first. */
  flow(): void;
  /** Lets so many bytes a second through to each client. */
  throttle(bytesPerSecond: number): void;
  stop(): Promise<void>;
}

/** Milliseconds between two portions of a throttled connection. */
const portionMs = 20;

interface Wire {
  readonly near: Socket;
  readonly far: Socket;
  /** Bytes for the client that wait their turn. */
  waiting: Buffer[];
}

/** Listens on a free port and passes on to `targetPort` of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const wires = new Set<Wire>();
  let [open, stalled, bytesPerSecond] = [true, false, Number.POSITIVE_INFINITY];

  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (!open) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(targetPort, '127.0.0.1');
    const wire: Wire = { near, far, waiting: [] };
    wires.add(wire);
    far.on('error', () => near.resetAndDestroy());
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (bytesPerSecond === Number.POSITIVE_INFINITY) near.write(bytes);
      else wire.waiting.push(bytes);
    });
    if (stalled) hold(wire);
    near.on('close', () => {
      wires.delete(wire);
      far.destroy();
    });
    far.on('close', () => near.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;

  const timer = setInterval(() => {
    if (stalled) return;
    for (const wire of wires) passOn(wire, (bytesPerSecond * portionMs) / 1_000);
  }, portionMs);

  function hold({ near, far }: Wire): void {
    near.pause();
    far.pause();
  }

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return wires.size;
    },
    cut() {
      for (const { near, far } of [...wires]) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    refuse() {
      open = false;
    },
    accept() {
      open = true;
    },
    stall() {
      stalled = true;
      for (const wire of wires) hold(wire);
    },
    flow() {
      stalled = false;
      bytesPerSecond = Number.POSITIVE_INFINITY;
      for (const wire of wires) {
        passOn(wire, bytesPerSecond);
        wire.near.resume();
        wire.far.resume();
      }
    },
    throttle(rate) {
      bytesPerSecond = rate;
    },
    async stop() {
      clearInterval(timer);
      for (const { near, far } of wires) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends at most `allowance` of the bytes that wait. */
function passOn(wire: Wire, allowance: number): void {
  let left = allowance;
  for (let bytes = wire.waiting.shift(); bytes !== undefined; bytes = wire.waiting.shift()) {
    const portion = bytes.subarray(0, Math.floor(left));
    if (portion.length > 0) wire.near.write(portion);
    left -= portion.length;
    if (portion.length === bytes.length) continue;
    wire.waiting.unshift(bytes.subarray(portion.length));
    return;
  }
}
