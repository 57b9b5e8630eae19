import {
  createEndpoint,
  createRouter,
  LocalDriver,
  LocalPresence,
  matchMaker,
  Server,
  type ServerOptions,
} from '@colyseus/core';
import { systemClock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { Pulse } from '../common/pulse/index.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { createAdmission } from './admission/admission.ts';
import { createBroadcastLookup } from './admission/broadcast-lookup.ts';
import { createServiceTokenVerifier } from './admission/signing-keys.ts';
import { realtimeActor } from './batches/batch-caller.ts';
import { createChatBatch } from './batches/chat-batch.ts';
import { createOrderBatch } from './batches/order-batch.ts';
import { createFrameworkLog } from './framework-log.ts';
import { redisOptions } from './redis-options.ts';
import { defineLiveRoom } from './room/define-live-room.ts';
import { LiveRoom } from './room/live-room.ts';
import { openTransport } from './transport/open-transport.ts';

export interface RealtimeDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly pulse: Pulse;
  readonly clients: ClientPool;
}

/**
 * Starts the rooms of this process. A process can hold one such part: the framework keeps its
 * matchmaker in module variables.
 * @throws Error when it can't listen, can't reach Redis, or can't load the transport it must use
 */
export async function startRealtime({ config, log, pulse, clients }: RealtimeDeps): Promise<Part> {
  const transport = await openTransport(config, log);
  const server = new Server({
    ...(await sharedRooms(config)),
    transport,
    publicAddress: config.REALTIME_PUBLIC_ADDRESS,
    logger: createFrameworkLog(log),
    gracefullyShutdown: false,
    greet: false,
  });

  let ending = false;
  const draining = () => ending;
  const services = clients.as({ actor: realtimeActor });
  const batching = { clients, log, queueLimit: config.QUEUE_LIMIT };
  const posts = createChatBatch(batching);
  const orders = createOrderBatch(batching);
  const rooms = new Set<LiveRoom>();
  const admit = createAdmission({
    tokens: createServiceTokenVerifier(services.users),
    broadcastExists: createBroadcastLookup(services.broadcasts),
    draining,
  });
  const LiveRoomOfProcess = defineLiveRoom({
    capacity: config.ROOM_CAPACITY,
    patchMs: config.ROOM_PATCH_MS,
    messagesPerSecond: config.ROOM_MESSAGES_PER_SECOND,
    ...{ admit, services, posts, orders, pulse, log, draining, clock: systemClock },
  });
  server
    .define('live', LiveRoomOfProcess)
    .filterBy(['broadcastId'])
    // The fullest first, so that rooms fill up before another opens.
    .sortBy({ clients: -1 })
    .on('create', (room: unknown) => room instanceof LiveRoom && rooms.add(room))
    .on('dispose', (room: unknown) => room instanceof LiveRoom && rooms.delete(room));
  // Clients may join, and come back. Nobody opens rooms at will or picks one by its id.
  matchMaker.controller.exposedMethods = ['joinOrCreate', 'reconnect'];
  server.router = createRouter({ health: healthEndpoint(draining) });

  await listen(server, config);
  return {
    name: 'realtime',
    address: `ws://${config.REALTIME_HOST}:${transport.port}`,
    async drain() {
      ending = true;
      await Promise.all([...rooms].map((room) => room.retire()));
      await Promise.all([posts.drain(), orders.drain()]);
    },
    async stop() {
      ending = true;
      await server.gracefullyShutdown(false);
    },
  };
}

/** What makes the rooms of all processes one: Redis, where there is one. */
async function sharedRooms({ REDIS_URL: url }: Config): Promise<Partial<ServerOptions>> {
  if (url === undefined)
    return { presence: unlimited(new LocalPresence()), driver: new LocalDriver() };
  const [{ RedisPresence }, { RedisDriver }] = await Promise.all([
    import('@colyseus/redis-presence'),
    import('@colyseus/redis-driver'),
  ]);
  const options = redisOptions(url);
  return { presence: unlimited(new RedisPresence(options)), driver: new RedisDriver(options) };
}

/** A crowd that waits for one room to open is no leak of listeners. */
function unlimited<P extends { setMaxListeners(count: number): void }>(presence: P): P {
  presence.setMaxListeners(0);
  return presence;
}

/** `GET /health`: 200 while the process takes viewers in, 503 when it is ending. */
function healthEndpoint(draining: () => boolean) {
  return createEndpoint('/health', { method: 'GET' }, async () =>
    draining()
      ? Response.json({ status: 'draining' }, { status: 503 })
      : Response.json({ status: 'ok' }),
  );
}

async function listen(server: Server, config: Config): Promise<void> {
  try {
    await server.listen(config.REALTIME_PORT, config.REALTIME_HOST);
  } catch (error) {
    await server.gracefullyShutdown(false);
    throw error;
  }
}
