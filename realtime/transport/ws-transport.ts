import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { maxBackpressureBytes, maxPayloadBytes, refuseBody } from './limits.ts';

/**
 * The framework's transport over Node's own sockets, for systems where the addon of
 * uWebSockets.js can't load. Also: it says when it can't listen, drops viewers too slow for the
 * stream instead of buffering for them without end, and reads no endless request bodies.
 */
export class WsTransport extends WebSocketTransport {
  readonly #http: Server;
  #watch: NodeJS.Timeout | undefined;

  constructor() {
    const http = createServer();
    super({ server: http, maxPayload: maxPayloadBytes });
    this.#http = http;
  }

  override listen(
    port: number,
    hostname?: string,
    backlog?: number,
    onListening?: (error?: Error) => void,
  ): this {
    const failed = (error: Error) => onListening?.(error);
    this.#http.once('error', failed);
    return super.listen(port, hostname, backlog, () => {
      this.#http.off('error', failed);
      this.#watch = setInterval(() => this.#dropSlow(), 1_000);
      // Answers requests from here on; the framework adds its listener in this call.
      onListening?.();
      this.#guardBodies();
    });
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  override shutdown(): void {
    clearInterval(this.#watch);
    super.shutdown();
  }

  #dropSlow(): void {
    for (const socket of this.wss.clients) {
      if (socket.bufferedAmount > maxBackpressureBytes) socket.terminate();
    }
  }

  #guardBodies(): void {
    const listeners = this.#http.listeners('request');
    this.#http.removeAllListeners('request');
    this.#http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const refusal = refuseBody(request.method, request.headers['content-length']);
      if (refusal !== undefined) {
        response.writeHead(Number.parseInt(refusal.status, 10), { connection: 'close' }).end();
        return;
      }
      for (const listener of listeners) Reflect.apply(listener, this.#http, [request, response]);
    });
  }
}
