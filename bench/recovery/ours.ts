import { newId } from '../../common/ids.ts';
import { MessageKind } from '../../proto/gen/onair/chat/v1/chat.ts';
import type { Child } from '../../test/kit/child.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { startRedis } from '../../test/kit/redis.ts';
import { goOnAir } from '../burst/goods.ts';
import { hireCast } from '../kit/cast.ts';
import { startParts, startServices } from '../kit/processes.ts';
import type { ChatSystem, ViewersOf } from './system.ts';

export interface OurOptions {
  readonly dir: string;
  readonly databaseUrl: string;
  /** Viewers of one room. */
  readonly roomCapacity: number;
  /** Processes with rooms. */
  readonly processes: number;
  /** Begins the names of its processes. */
  readonly name?: string;
}

export interface OurSystem extends ChatSystem {
  readonly viewers: Extract<ViewersOf, { kind: 'ours' }>;
  readonly redisUrl: string;
}

/** Our platform as a cluster: services, REST, and processes with rooms, over Redis and MariaDB. */
export async function openOurs(options: OurOptions): Promise<OurSystem> {
  const { dir, name: prefix = 'ours' } = options;
  const redis = await startRedis();
  const cast = await hireCast(1);
  const shared = { REDIS_URL: redis.url, DATABASE_URL: options.databaseUrl, ...cast.env };
  const services = await startServices('ours', {
    ...{ name: `${prefix}-services`, dir, env: shared },
  });
  const env = { ...shared, ...services.env };
  const apiPort = await freePort();
  const api = await startParts('api', {
    ...{ name: `${prefix}-api`, dir },
    env: { ...env, API_PORT: String(apiPort), RATE_LIMIT_PER_MINUTE: '10000000' },
  });
  const rooms = await Promise.all(
    Array.from({ length: options.processes }, (_, i) =>
      openRooms(`${prefix}-realtime-${i + 1}`, dir, {
        ...env,
        ROOM_CAPACITY: String(options.roomCapacity),
        // Everyone is to get everything.
        ROOM_SHOWN_MESSAGES_PER_SECOND: '0',
      }),
    ),
  );
  // The host talks: others may not say as much.
  const { broadcastId, seller } = await goOnAir(services.clients);
  const { chat } = services.clients.as({ actor: { kind: 'service', name: 'realtime' } });

  return {
    name: 'ours',
    viewers: {
      kind: 'ours',
      realtimeUrls: rooms.map(({ url }) => url),
      apiUrl: `http://127.0.0.1:${apiPort}`,
      broadcastId,
    },
    redisUrl: redis.url,
    async say(text = '여러분 안녕하세요') {
      const clientId = newId('req');
      const message = {
        ...{ clientId, broadcastId, userId: seller.userId, name: seller.name },
        ...{ text, kind: MessageKind.NORMAL },
      };
      const { outcomes } = await chat.postMessages({ messages: [message] }, { deadline: 10_000 });
      const [outcome] = outcomes;
      if (outcome?.result?.$case === 'message') return outcome.result.value.seq;
      throw new Error(`not said: ${JSON.stringify(outcome)}`);
    },
    async rollingRestart() {
      for (const process of rooms) await process.restart('SIGTERM');
    },
    async crash() {
      await rooms[0]?.restart('SIGKILL');
    },
    pids: () => ({
      services: services.pid,
      api: api.pid,
      ...Object.fromEntries(rooms.map((process, i) => [`realtime-${i + 1}`, process.pid()])),
    }),
    async stop() {
      for (const process of rooms) await process.stop();
      await api.stop();
      await services.stop();
      await redis.stop();
    },
  };
}

/** A process with rooms, which comes back at the same address. */
async function openRooms(name: string, dir: string, env: Readonly<Record<string, string>>) {
  const port = String(await freePort());
  let starts = 0;
  const start = (): Promise<Child> => {
    starts += 1;
    return startParts('realtime', {
      ...{ name: `${name}-${starts}`, dir, glibc: true },
      env: {
        ...env,
        REALTIME_PORT: port,
        REALTIME_PUBLIC_ADDRESS: `127.0.0.1:${port}`,
        REALTIME_TRANSPORT: 'uws',
      },
    });
  };
  let child = await start();
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => child.pid,
    async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
      await (signal === 'SIGKILL' ? child.kill() : child.stop(60_000));
      child = await start();
    },
    stop: async () => void (await child.stop()),
  };
}
