import { type Client, matchMaker, Room, Server } from '@colyseus/core';
import { loadUws } from '../../realtime/transport/load-uws.ts';

/**
 * The framework over its transport for uWebSockets.js, as its guide has a chat: a broadcast for each
 * message. It numbers messages; it keeps none, allows all, and has no state.
 */
class BroadcastRoom extends Room {
  override maxClients = 100_000;
  #seq = 0;

  override onCreate(): void {
    this.onMessage('chat', (client: Client, text: unknown) => {
      this.#seq += 1;
      this.broadcast('chat', { seq: this.#seq, name: client.userData, text });
    });
  }

  override onJoin(client: Client, options: { readonly name?: unknown }): void {
    client.userData = String(options.name);
  }
}

async function main(): Promise<void> {
  await loadUws();
  const { uWebSocketsTransport } = await import('@colyseus/uwebsockets-transport');
  const server = new Server({
    transport: new uWebSocketsTransport(),
    greet: false,
    gracefullyShutdown: false,
  });
  server.define('live', BroadcastRoom);
  matchMaker.controller.exposedMethods = ['joinOrCreate'];
  await server.listen(Number(process.env.PORT), '127.0.0.1');
  process.once('SIGTERM', () => process.exit(0));
  console.log('on air');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
