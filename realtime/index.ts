import {
  createEndpoint,
  createRouter,
  LocalDriver,
  LocalPresence,
  matchMaker,
  Server,
  type ServerOptions,
} from '@colyseus/core';
import { createTokenGate } from '../common/auth/index.ts';
import { systemClock } from '../common/clock.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { Pulse } from '../common/pulse/index.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { createAdmission } from './admission/admission.ts';
import { createLoginWatch } from './admission/login-watch.ts';
import { openAttendanceDesk } from './attendance/attendance-desk.ts';
import { createAdmitBatch } from './batches/admit-batch.ts';
import { createAudience } from './batches/audience.ts';
import { realtimeActor } from './batches/batch-caller.ts';
import { createChatBatch } from './batches/chat-batch.ts';
import { createOrderBatch } from './batches/order-batch.ts';
import { handOver } from './cluster/hand-over.ts';
import { announceEnding, chooseProcess, watchPeers } from './cluster/peers.ts';
import { within } from './cluster/within.ts';
import { createFrameworkLog, takeConsole } from './framework-log.ts';
import { createLimits } from './limits/limits.ts';
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
  const limits = createLimits(
    {
      trustedProxies: config.REALTIME_TRUSTED_PROXIES,
      joinsPerMinute: config.ADDRESS_JOINS_PER_MINUTE,
      userJoinsPerMinute: config.USER_JOINS_PER_MINUTE,
      unusedSeats: config.ADDRESS_UNUSED_SEATS,
      connectionsPerAddress: config.ADDRESS_CONNECTIONS,
      connectionsPerUser: config.USER_CONNECTIONS,
      redisUrl: config.REDIS_URL,
    },
    log,
  );
  const transport = await openTransport(config, limits, log);
  const frameworkLog = createFrameworkLog(log);
  const server = new Server({
    ...(await sharedRooms(config)),
    transport,
    publicAddress: config.REALTIME_PUBLIC_ADDRESS,
    logger: frameworkLog,
    gracefullyShutdown: false,
    selectProcessIdToCreateRoom: chooseProcess,
    greet: false,
  });

  let ending = false;
  /** Whether this process takes in nobody else. */
  const draining = () => ending;
  let over = false;
  /** Whether it answers nobody any more. */
  const closed = () => over;
  const services = clients.as({ actor: realtimeActor });
  const queues = { queueLimit: config.QUEUE_LIMIT, queueWaitMs: config.QUEUE_WAIT_MS };
  const batching = { clients, log, ...queues };
  const posts = createChatBatch(batching, config.ROOM_CHAT_MS);
  const orders = createOrderBatch(batching);
  const audience = createAudience(batching);
  const door = createAdmitBatch(batching);
  const desk = openAttendanceDesk(services.broadcasts, log);
  const rooms = new Set<LiveRoom>();
  const tokens = createTokenGate({ sessions: services.sessions, pulse, log });
  const logins = createLoginWatch(tokens);
  const admit = createAdmission({ tokens, door, mayJoin: limits.mayJoin, draining });
  const LiveRoomOfProcess = defineLiveRoom({
    capacity: config.ROOM_CAPACITY,
    patchMs: config.ROOM_PATCH_MS,
    messagesPerSecond: config.ROOM_MESSAGES_PER_SECOND,
    shownPerSecond: config.ROOM_SHOWN_MESSAGES_PER_SECOND,
    seated(client, viewer) {
      limits.seated(client, viewer);
      logins.watch(client, viewer);
    },
    ...{ admit, services, posts, orders, audience, desk, pulse, log },
    ...{ draining, closed, clock: systemClock },
    openFanOut: () => transport.openFanOut?.(),
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
  const giveConsoleBack = takeConsole(frameworkLog);
  const stopWatching = config.REDIS_URL === undefined ? () => undefined : watchPeers(log);
  return {
    name: 'realtime',
    address: `ws://${config.REALTIME_HOST}:${transport.port}`,
    async drain() {
      ending = true;
      await within(redisMs, 'telling others that this process is ending', announceEnding(), log);
      const locked = Promise.all([...rooms].map((room) => room.lock()));
      await within(redisMs, 'taking rooms off the list', locked, log);
      await handOver(() => rooms, {
        perSecond: config.HANDOVER_PER_SECOND,
        withinMs: config.SHUTDOWN_TIMEOUT_MS * handOverShare,
        graceMs: handOverGraceMs,
      });
      over = true;
      await Promise.all([posts.drain(), orders.drain(), audience.drain(), door.drain()]);
    },
    async stop() {
      ending = true;
      over = true;
      stopWatching();
      logins.stop();
      tokens.stop();
      const shutDown = server.gracefullyShutdown(false);
      if (!(await within(shutDownMs, 'closing the rooms', shutDown, log))) {
        // Their viewers come back elsewhere all the same, but not to seats that are gone.
        for (const room of rooms) for (const client of room.clients) room.close(client);
      }
      await desk.stop();
      limits.close();
      giveConsoleBack();
    },
  };
}

/** Milliseconds for what is asked of Redis when this process ends, which may be away. */
const redisMs = 1_000;
/** Milliseconds for the framework to close its rooms, which it takes off the list in Redis. */
const shutDownMs = 2_000;
/** Share of the time for draining in which viewers are told to go elsewhere. */
const handOverShare = 0.7;
/** Milliseconds for which a viewer who was told to go is served before its connection is closed. */
const handOverGraceMs = 1_000;

/** What makes the rooms of all processes one: Redis, where there is one. */
async function sharedRooms({ REDIS_URL: url }: Config): Promise<Partial<ServerOptions>> {
  if (url === undefined)
    return { presence: unlimited(new LocalPresence()), driver: new LocalDriver() };
  const [{ AnsweringPresence }, { ListingDriver }] = await Promise.all([
    import('./cluster/answering-presence.ts'),
    import('./listing/listing-driver.ts'),
  ]);
  const options = redisOptions(url);
  const presence = unlimited(new AnsweringPresence(options));
  return { presence, driver: new ListingDriver(options) };
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
