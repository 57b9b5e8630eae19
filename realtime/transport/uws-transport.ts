import uWS, { type HttpRequest, type HttpResponse, type us_listen_socket } from 'uWebSockets.js';
import { STATUS_CODES } from 'node:http';
import type { Client, Router } from '@colyseus/core';
import { uWebSocketClient, uWebSocketsTransport } from '@colyseus/uwebsockets-transport';
import type { Doorman } from './doorman.ts';
import type { FanOut } from './fan-out.ts';
import {
  bodyTimeoutMs,
  createHttpEdge,
  type EdgeAnswer,
  type HttpEdge,
  type RequestHead,
  tooSlow,
} from './http-edge.ts';
import { maxBackpressureBytes, maxPayloadBytes, maxPingsPerSecond } from './limits.ts';
import { createPingCount } from './ping-count.ts';
import { createTurns, type Turns } from './turns.ts';

/** Seconds after which a connection that sends nothing, not even pongs, counts as dead. */
const idleTimeoutSeconds = 12;

/** LIBUS_LISTEN_EXCLUSIVE_PORT. */
const exclusivePort = 1;

export interface UwsTransportOptions {
  readonly doorman: Doorman;
  /** Called for each frame that did not reach a viewer who is too slow; the connection is cut. */
  readonly onDropped: () => void;
}

type Connection = Parameters<uWebSocketsTransport['onConnection']>[0];

/**
 * The framework's transport over uWebSockets.js. Also: it keeps to the host it is given, says when
 * it can't listen, never shares its port with another process by accident, and answers HTTP by
 * itself, so that no request can end the process. A viewer who can't keep up is cut off rather than
 * sent a stream with holes.
 */
export class UwsTransport extends uWebSocketsTransport {
  readonly #doorman: Doorman;
  readonly #turns: Turns;
  #socket: us_listen_socket | undefined;
  #fanOuts = 0;

  constructor({ doorman, onDropped }: UwsTransportOptions) {
    const pings = createPingCount(maxPingsPerSecond);
    super({
      maxPayloadLength: maxPayloadBytes,
      maxBackpressure: maxBackpressureBytes,
      closeOnBackpressureLimit: true,
      idleTimeout: idleTimeoutSeconds,
      sendPingsAutomatically: true,
      dropped: onDropped,
      ping: (socket) => {
        if (pings.isFlood(socket)) socket.close();
      },
    });
    this.#doorman = doorman;
    this.#turns = createTurns(doorman.onError);
  }

  override listen(
    port: number,
    hostname = '127.0.0.1',
    _backlog?: number,
    onListening?: (error?: Error) => void,
  ): this {
    const listening = (socket: us_listen_socket | false) => {
      if (socket === false) {
        onListening?.(new Error(`can't listen on ${hostname}:${port}; is it in use?`));
        return;
      }
      this.#socket = socket;
      onListening?.();
    };
    // The addon takes host and options together, which its types don't know. Without the option
    // two processes would share the port, each with half of the viewers.
    Reflect.apply(this.app.listen, this.app, [hostname, port, exclusivePort, listening]);
    return this;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#socket === undefined ? 0 : uWS.us_socket_local_port(this.#socket);
  }

  /**
   * A fan-out over the addon's own topics: frame and headers are made once, and no JavaScript runs
   * for each viewer. The addon keeps what is published and what is sent to one viewer in order, and
   * treats a viewer who is too slow in the same way with both.
   */
  openFanOut(): FanOut {
    this.#fanOuts += 1;
    const topic = `fan-out ${this.#fanOuts}`;
    return {
      add(client: Client) {
        // The addon throws at a socket that we closed, perhaps for this client's last message.
        const open = client instanceof uWebSocketClient && client.readyState === WebSocket.OPEN;
        if (open) client.ref.ws.subscribe(topic);
      },
      send: (frame) => void this.app.publish(topic, frame, true),
    };
  }

  override bindRouter(router: Router): void {
    const edge = createHttpEdge(router, this.#doorman);
    this.app.any('/*', (response, request) => {
      serve(edge, response, readHead(response, request, this.#doorman));
    });
  }

  override shutdown(): void {
    if (this.#socket !== undefined) uWS.us_listen_socket_close(this.#socket);
    this.#socket = undefined;
  }

  protected override async onConnection(socket: Connection): Promise<void> {
    let release: (() => void) | undefined;
    try {
      const address = this.#addressOf(socket);
      release = this.#doorman.mayConnect(address, socket);
      if (release === undefined) {
        socket.end(this.#doorman.refusedClose);
        return;
      }
      socket.context.ip = address;
      const seated = super.onConnection(socket);
      this.#inTurns(socket);
      await seated;
      forgetHandshake(socket);
      const wrapper = this.clientWrappers.get(socket);
      // Closed while it was being seated: then nobody tells us any more.
      if (wrapper === undefined) release();
      else wrapper.once('close', release);
    } catch (error) {
      this.#doorman.onError(error);
      release?.();
      closeAnyhow(socket);
    }
  }

  /**
   * What the connection sends is dealt with in turns, and its end after all that it sent. By then the
   * addon throws at every use of its socket, so what its last messages lead to gets one that does
   * nothing.
   */
  #inTurns(socket: Connection): void {
    const wrapper = this.clientWrappers.get(socket);
    if (wrapper === undefined) return;
    const turns = this.#turns;
    Reflect.set(wrapper, 'ws', new CorkedSocket(socket));
    const emit = wrapper.emit.bind(wrapper);
    wrapper.emit = (event: string, ...args: unknown[]) => {
      const [frame] = args;
      if (event === 'message' && frame instanceof Buffer) {
        // The memory of a frame is the addon's, and is gone with this turn.
        const kept = Buffer.from(frame);
        turns.run(wrapper, () => emit(event, kept), kept.byteLength);
        return true;
      }
      if (event === 'close') {
        Reflect.set(wrapper, 'ws', goneSocket);
        turns.catchUp(wrapper);
      }
      return emit(event, ...args);
    };
  }

  #addressOf(socket: Connection): string {
    const peer = Buffer.from(socket.getRemoteAddressAsText()).toString();
    return this.#doorman.addressOf(
      peer,
      socket.context.headers.get('x-forwarded-for') ?? undefined,
    );
  }
}

/** What the framework and the fan-out do with a connection. */
type Socket = Pick<Connection, 'send' | 'end' | 'close' | 'subscribe'>;

/**
 * Sends what goes to one viewer together with what was published to all in the same turn: as one
 * packet, for one system call.
 */
class CorkedSocket implements Socket {
  readonly #socket: Connection;

  constructor(socket: Connection) {
    this.#socket = socket;
  }

  send(...args: Parameters<Connection['send']>): number {
    let sent = 0;
    this.#socket.cork(() => {
      sent = this.#socket.send(...args);
    });
    return sent;
  }

  end(...args: Parameters<Connection['end']>): void {
    this.#socket.end(...args);
  }

  close(): void {
    this.#socket.close();
  }

  subscribe(topic: string): boolean {
    return this.#socket.subscribe(topic);
  }
}

/** In the place of a socket whose connection has ended. */
const goneSocket: Socket = {
  send: () => 0,
  end: () => undefined,
  close: () => undefined,
  subscribe: () => false,
};

function closeAnyhow(socket: Connection): void {
  try {
    socket.close();
  } catch {
    // It is closed.
  }
}

/**
 * What a connection was opened with is of no use any more once its viewer has a seat, and would be
 * kept as long as the viewer stays: headers and access token take more than all the rest.
 */
function forgetHandshake(socket: Connection): void {
  for (const field of ['context', 'searchParams', 'url']) Reflect.set(socket, field, undefined);
}

/** All that a request says: it can't be read any more once its handler has returned. */
function readHead(response: HttpResponse, request: HttpRequest, doorman: Doorman): RequestHead {
  const headers = new Map<string, string>();
  request.forEach((name, value) => {
    const before = headers.get(name);
    // A proxy may add a line of its own to what a client made up.
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  });
  const peer = Buffer.from(response.getRemoteAddressAsText()).toString();
  return {
    method: request.getMethod().toUpperCase(),
    url: request.getUrl(),
    address: doorman.addressOf(peer, headers.get('x-forwarded-for')),
    header: (name) => headers.get(name),
  };
}

function serve(edge: HttpEdge, response: HttpResponse, head: RequestHead): void {
  let over = false;
  const write = (answer: EdgeAnswer, close = false) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    response.cork(() => writeAnswer(response, answer, close));
  };
  const timer = setTimeout(() => write(tooSlow(head), true), bodyTimeoutMs);
  response.onAborted(() => {
    over = true;
    clearTimeout(timer);
  });
  let body = Buffer.alloc(0);
  let onBody: (() => void) | undefined;
  let complete = head.method !== 'POST';
  if (!complete) {
    response.onData((chunk, isLast) => {
      // The memory of the chunk is the addon's.
      body = Buffer.concat([body, Buffer.from(chunk)]);
      complete = isLast;
      if (complete) onBody?.();
    });
  }
  void edge.screen(head).then((refusal) => {
    if (refusal !== undefined) return write(refusal, true);
    onBody = () => {
      clearTimeout(timer);
      const text = head.method === 'POST' ? body.toString() : undefined;
      void edge.answer(head, text).then((answer) => write(answer));
    };
    if (complete) onBody();
    return undefined;
  });
}

function writeAnswer(response: HttpResponse, answer: EdgeAnswer, close: boolean): void {
  response.writeStatus(`${answer.status} ${STATUS_CODES[answer.status] ?? 'Refused'}`);
  for (const [name, value] of Object.entries(answer.headers)) response.writeHeader(name, value);
  response.end(answer.body, close);
}
