import { encode } from '@colyseus/schema';
import { inParallel } from '../../demo/in-parallel.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { frames, takeLightSeat } from '../kit/light-seat.ts';
import { type LightSocket, openSocket } from '../kit/light-socket.ts';
import { startService } from '../kit/processes.ts';
import { type Hall, joiningAtOnce, nameOf, numbersIn, stillOpen, viewerOf } from './hall.ts';
import { createLedger } from './ledger.ts';
import { createMeter } from './meter.ts';

interface Baseline {
  readonly name: string;
  readonly file: string;
  isForAll(frame: Buffer): boolean;
  /** A frame that says something. */
  frameOf(text: string): Uint8Array | string;
  seat(
    port: number,
    name: string,
    onFrame: (frame: Buffer, wireBytes: number) => void,
  ): Promise<LightSocket>;
}

const host = '127.0.0.1';

/** Engine.IO's and Socket.IO's packets: ping, pong, connect, event. */
const socketIo: Baseline = {
  name: 'Socket.IO, room emit',
  file: 'bench/chat/socket-io-service.js',
  isForAll: (frame) => frame[0] === 0x34 && frame[1] === 0x32,
  frameOf: (text) => `42${JSON.stringify(['chat', text])}`,
  seat(port, name, onFrame) {
    return new Promise((resolve, reject) => {
      const opening = openSocket({
        host,
        port,
        path: `/socket.io/?EIO=4&transport=websocket&name=${encodeURIComponent(name)}`,
        onFrame(frame, wireBytes) {
          const packet = frame.toString('latin1', 0, 2);
          if (packet.startsWith('0')) opening.then((socket) => socket.send('40'), reject);
          else if (packet.startsWith('2')) opening.then((socket) => socket.send('3'), reject);
          else if (packet === '40') opening.then(resolve, reject);
          else onFrame(frame, wireBytes);
        },
      });
      opening.catch(reject);
    });
  },
};

const broadcast: Baseline = {
  name: 'Colyseus, broadcast',
  file: 'bench/chat/broadcast-service.js',
  isForAll: (frame) => frame[0] === frames.data,
  frameOf(text) {
    const it = { offset: 1 };
    const frame = Buffer.alloc(1_024);
    frame[0] = frames.data;
    encode.string(frame, 'chat', it);
    encode.string(frame, text, it);
    return frame.subarray(0, it.offset);
  },
  // The bare room has no state, so nobody waits for one.
  seat(port, name, onFrame) {
    const url = new URL(`http://${host}:${port}`);
    return takeLightSeat({
      url,
      roomName: 'live',
      joinOptions: { name },
      onFrame,
      stateless: true,
    });
  },
};

const rawUws: Baseline = {
  name: 'raw uWS, publish a tick',
  file: 'bench/chat/raw-uws-service.js',
  isForAll: () => true,
  frameOf: (text) => text,
  seat: (port, name, onFrame) =>
    openSocket({ host, port, path: `/?name=${encodeURIComponent(name)}`, onFrame }),
};

export const baselines = { socketIo, broadcast, rawUws } as const;

/** Starts a baseline and fills its house. Speakers are the first of the viewers. */
export async function openBaseline(
  baseline: Baseline,
  options: { readonly dir: string; readonly viewers: number; readonly tickMs: number },
): Promise<Hall> {
  const port = await freePort();
  const service = await startService({
    name: baseline.file.replaceAll('/', '-'),
    dir: options.dir,
    file: baseline.file,
    env: { PORT: String(port), TICK_MS: String(options.tickMs) },
  });
  const ledger = createLedger((frame) => numbersIn(frame.toString()));
  const meter = createMeter();
  const seats = Array.from({ length: options.viewers }, (_, i) => i);
  const sockets = await inParallel(seats, joiningAtOnce, (i) =>
    baseline.seat(port, nameOf(i), viewerOf({ ledger, meter }, baseline.isForAll)),
  );
  return {
    name: baseline.name,
    pids: { rooms: service.pid },
    viewers: options.viewers,
    ledger,
    meter,
    say(speaker, message, text) {
      meter.said(message);
      sockets[speaker]?.send(baseline.frameOf(text));
    },
    async stop() {
      stillOpen(sockets, baseline.name);
      for (const socket of sockets) socket.cut();
      await service.stop();
    },
  };
}
