import { matchMaker, Room, Server } from '@colyseus/core';
import { schema, t } from '@colyseus/schema';
import { loadUws } from '../../realtime/transport/load-uws.ts';

const BareState = schema({ title: t.string().default('live') }, 'BareState');

/** A room of the framework as it comes, over its transport for uWebSockets.js: anybody may join. */
class BareRoom extends Room {
  override maxClients = 100_000;
  override state = new BareState();
}

async function main(): Promise<void> {
  await loadUws();
  const { uWebSocketsTransport } = await import('@colyseus/uwebsockets-transport');
  const server = new Server({
    transport: new uWebSocketsTransport(),
    greet: false,
    gracefullyShutdown: false,
  });
  server.define('live', BareRoom).filterBy(['broadcastId']);
  matchMaker.controller.exposedMethods = ['joinOrCreate'];
  await server.listen(Number(process.env.PORT), '127.0.0.1');
  process.once('SIGTERM', () => process.exit(0));
  console.log('on air');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
