import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Router } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import type { Doorman } from './doorman.ts';
import {
  bodyTimeoutMs,
  createHttpEdge,
  type EdgeAnswer,
  type HttpEdge,
  type RequestHead,
  tooSlow,
} from './http-edge.ts';
import {
  closeTimeoutMs,
  maxBackpressureBytes,
  maxBytesPerSecond,
  maxPayloadBytes,
  maxPingsPerSecond,
} from './limits.ts';
import { createPingCount } from './ping-count.ts';

/** Milliseconds between two looks at how much each connection sends and has waiting. */
const watchEveryMs = 1_000;
/** Parts that one message may come in. */
const maxFragments = 64;

export interface WsTransportOptions {
  readonly doorman: Doorman;
  readonly messagesPerSecond: number;
  /** Called for each connection that was cut because its viewer is too slow. */
  readonly onDropped: () => void;
}

type WebSocket = Parameters<WebSocketTransport['onConnection']>[0];

/**
 * The framework's transport over Node's own sockets, for systems where the addon of
 * uWebSockets.js can't load. Also: it says when it can't listen, drops viewers too slow for the
 * stream instead of buffering for them without end, drops those who flood it, and answers HTTP by
 * itself, so that no request can end the process.
 */
export class WsTransport extends WebSocketTransport {
  readonly #http: Server;
  readonly #options: WsTransportOptions;
  readonly #received = new WeakMap<object, { readonly socket: Socket; bytes: number }>();
  #watch: NodeJS.Timeout | undefined;

  constructor(options: WsTransportOptions) {
    const http = createServer({ requestTimeout: 2 * bodyTimeoutMs, headersTimeout: bodyTimeoutMs });
    super({
      server: http,
      maxPayload: maxPayloadBytes,
      ...{ maxFragments, closeTimeout: closeTimeoutMs },
    });
    this.#http = http;
    this.#options = options;
    const pings = createPingCount(maxPingsPerSecond);
    this.wss.removeAllListeners('connection');
    this.wss.on('connection', (socket, request: IncomingMessage) => {
      // The framework's own count of pings without a pong.
      const client: WebSocket = Object.assign(socket, { pingCount: 0 });
      client.on('ping', () => {
        if (pings.isFlood(client)) client.terminate();
      });
      void this.#connect(client, request);
    });
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
      this.#watch = setInterval(() => this.#cutOff(), watchEveryMs);
      // The framework would answer requests of its server by itself; without one it asks us to.
      Reflect.set(this, 'server', undefined);
      onListening?.();
      Reflect.set(this, 'server', this.#http);
    });
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  override bindRouter(router: Router): void {
    const { doorman } = this.#options;
    const edge = createHttpEdge(router, doorman);
    this.#http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void serve(edge, readHead(request, doorman), request, response);
    });
  }

  override shutdown(): void {
    clearInterval(this.#watch);
    super.shutdown();
  }

  async #connect(client: WebSocket, request: IncomingMessage): Promise<void> {
    const { doorman } = this.#options;
    const { address } = readHead(request, doorman);
    const release = doorman.mayConnect(address, client);
    if (release === undefined) {
      client.on('error', () => undefined);
      client.close(doorman.refusedClose);
      return;
    }
    client.once('close', release);
    this.#received.set(client, { socket: request.socket, bytes: request.socket.bytesRead });
    // The address is known; the framework would believe whatever header names another.
    for (const name of ['x-forwarded-for', 'x-client-ip']) delete request.headers[name];
    request.headers['x-real-ip'] = address;
    try {
      await this.onConnection(client, request);
    } catch (error) {
      doorman.onError(error);
      client.terminate();
    }
  }

  #cutOff(): void {
    const most = maxBytesPerSecond(this.#options.messagesPerSecond) * (watchEveryMs / 1_000);
    for (const client of this.wss.clients) {
      if (client.bufferedAmount > maxBackpressureBytes) {
        this.#options.onDropped();
        client.terminate();
        continue;
      }
      const received = this.#received.get(client);
      if (received === undefined) continue;
      const { bytesRead } = received.socket;
      if (bytesRead - received.bytes > most) client.terminate();
      received.bytes = bytesRead;
    }
  }
}

function readHead(request: IncomingMessage, doorman: Doorman): RequestHead {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const peer = request.socket.remoteAddress ?? '';
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    address: doorman.addressOf(peer, header('x-forwarded-for')),
    header,
  };
}

async function serve(
  edge: HttpEdge,
  head: RequestHead,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => undefined);
  const refusal = await edge.screen(head);
  if (refusal !== undefined) return write(response, refusal, true);
  const body = head.method === 'POST' ? await readBody(request) : undefined;
  if (body === 'late') return write(response, tooSlow(head), true);
  if (body === 'gone') return;
  write(response, await edge.answer(head, body?.text));
}

/** The body, whose length the head has limited; or that it did not come in time, or won't come. */
function readBody(request: IncomingMessage): Promise<{ readonly text: string } | 'late' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => resolve('late'), bodyTimeoutMs);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => resolve({ text: Buffer.concat(chunks).toString() }));
    request.on('error', () => resolve('gone'));
    request.once('close', () => {
      clearTimeout(timer);
      resolve('gone');
    });
  });
}

function write(response: ServerResponse, answer: EdgeAnswer, close = false): void {
  const length = String(Buffer.byteLength(answer.body));
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': length,
    ...(close ? { connection: 'close' } : {}),
  });
  response.end(answer.body);
}
