import uWS, { type us_listen_socket } from 'uWebSockets.js';
import type { Router } from '@colyseus/core';
import { uWebSocketsTransport } from '@colyseus/uwebsockets-transport';
import { maxBackpressureBytes, maxPayloadBytes, refuseBody } from './limits.ts';

/** Seconds after which a connection that sends nothing, not even pongs, counts as dead. */
const idleTimeoutSeconds = 12;

/** LIBUS_LISTEN_EXCLUSIVE_PORT. */
const exclusivePort = 1;

export interface UwsTransportOptions {
  /** Called for each frame that did not reach a viewer who is too slow; the connection is cut. */
  readonly onDropped: () => void;
}

/**
 * The framework's transport over uWebSockets.js. Also: it keeps to the host it is given, says when
 * it can't listen, never shares its port with another process by accident, and reads no endless
 * request bodies. A viewer who can't keep up is cut off rather than sent a stream with holes.
 */
export class UwsTransport extends uWebSocketsTransport {
  #socket: us_listen_socket | undefined;

  constructor({ onDropped }: UwsTransportOptions) {
    super({
      maxPayloadLength: maxPayloadBytes,
      maxBackpressure: maxBackpressureBytes,
      closeOnBackpressureLimit: true,
      idleTimeout: idleTimeoutSeconds,
      sendPingsAutomatically: true,
      dropped: onDropped,
    });
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

  override bindRouter(router: Router): void {
    this.app.post('/*', (response, request) => {
      const refusal = refuseBody('POST', request.getHeader('content-length'));
      if (refusal === undefined) request.setYield(true);
      else response.writeStatus(refusal.status).end('', true);
    });
    super.bindRouter(router);
  }

  override shutdown(): void {
    if (this.#socket !== undefined) uWS.us_listen_socket_close(this.#socket);
    this.#socket = undefined;
  }
}
