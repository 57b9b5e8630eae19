import { encode } from '@colyseus/schema';
import { inParallel } from '../../demo/in-parallel.ts';
import { startRedis } from '../../test/kit/redis.ts';
import { goOnAir } from '../burst/goods.ts';
import { hireCast } from '../kit/cast.ts';
import { frames, takeLightSeat } from '../kit/light-seat.ts';
import type { LightSocket } from '../kit/light-socket.ts';
import { startRealtime, startServices } from '../kit/processes.ts';
import { type Hall, joiningAtOnce, numbersIn, stillOpen, viewerOf } from './hall.ts';
import { createLedger } from './ledger.ts';
import { createMeter } from './meter.ts';
import { createScreen } from './read-live.ts';

/** Our room with everything on: tokens, policy, numbers, storage. */
export interface OurHall extends Hall {
  /** Lets in one more viewer, who reads so many bytes a second and is not measured. */
  seatSlow(bytesPerSecond: number): Promise<LightSocket>;
  /** Numbers that a screen had to skip. */
  missed(): number;
  /** Answers that refused a message. */
  refused(): number;
}

export async function openOurs(options: {
  readonly name: string;
  readonly dir: string;
  readonly databaseUrl: string;
  readonly viewers: number;
  readonly tickMs: number;
  /** Milliseconds between two calls of the services with what was said. */
  readonly chatMs: number;
}): Promise<OurHall> {
  const { name, dir, viewers } = options;
  const file = `chat-${options.chatMs}`;
  const cast = await hireCast(viewers + 1);
  const redis = await startRedis();
  const shared = { REDIS_URL: redis.url, DATABASE_URL: options.databaseUrl, ...cast.env };
  const services = await startServices('ours', {
    ...{ name: `${file}-services`, dir, env: shared },
  });
  const realtime = await startRealtime({
    name: `${file}-realtime`,
    dir,
    env: {
      ...shared,
      ...services.env,
      ROOM_CAPACITY: String(viewers + 10),
      ROOM_PATCH_MS: String(options.tickMs),
      ROOM_CHAT_MS: String(options.chatMs),
      // Everybody gets everything, as from the baselines.
      ROOM_SHOWN_MESSAGES_PER_SECOND: '0',
    },
  });
  const { broadcastId } = await goOnAir(services.clients);
  const screen = createScreen();
  const ledger = createLedger((frame) => screen.read(frame).flatMap(numbersIn));
  const meter = createMeter();
  let refused = 0;
  const url = new URL(realtime.url);
  const seat = (i: number, onFrame: (frame: Buffer, wireBytes: number) => void, slow?: number) =>
    takeLightSeat({
      ...{ url, roomName: 'live', joinOptions: { broadcastId }, onFrame },
      accessToken: cast.people[i]?.accessToken ?? '',
      ...(slow === undefined ? {} : { bytesPerSecond: slow }),
    });
  let settled = false;
  const sockets = await inParallel(
    Array.from({ length: viewers }, (_, i) => i),
    joiningAtOnce,
    (i) => {
      const isForAll = (frame: Buffer) => settled && frame[0] === frames.patch;
      const view = viewerOf({ ledger, meter }, isForAll);
      return seat(i, (frame, wireBytes) => {
        // Until all are in, patches tell of viewers only, and everybody got different ones of them.
        if (i === 0 && !settled) screen.read(frame);
        if (frame[0] === frames.response && frame[responseStatusAt(frame)] !== 0) refused += 1;
        view(frame, wireBytes);
      });
    },
  );
  return {
    name,
    pids: { rooms: realtime.pid, services: services.pid },
    viewers,
    ledger,
    meter,
    say(speaker, message, text) {
      settled = true;
      meter.said(message);
      sockets[speaker]?.send(requestOf(message, text));
    },
    seatSlow: (bytesPerSecond) => seat(viewers, () => undefined, bytesPerSecond),
    missed: () => screen.missed,
    refused: () => refused,
    async stop() {
      stillOpen(sockets, 'ours');
      for (const socket of sockets) socket.cut();
      await realtime.stop();
      await services.stop();
      await redis.stop();
    },
  };
}

/** The request `chat {id, text}` as the SDK sends it; the schema's strings are MessagePack's. */
function requestOf(message: number, text: string): Uint8Array {
  const it = { offset: 1 };
  const frame = Buffer.alloc(1_024);
  frame[0] = frames.request;
  encode.number(frame, message, it);
  encode.string(frame, 'chat', it);
  frame[it.offset++] = 0x82;
  for (const part of ['id', `bench-${message}`, 'text', text]) encode.string(frame, part, it);
  return frame.subarray(0, it.offset);
}

/** Where a response says what came of it: behind the request's number, of 1, 2, 3 or 5 bytes. */
function responseStatusAt(frame: Buffer): number {
  const lengths: Readonly<Record<number, number>> = { 204: 2, 205: 3, 206: 5 };
  return 1 + (lengths[frame[1] ?? 0] ?? 1);
}
