import { type LightSocket, openSocket } from './light-socket.ts';

/** Close code of a connection that just ended. */
const abnormal = 1006;

/**
 * As much of a WebSocket as the SDK uses, on the light socket. Import before the SDK, which takes the
 * runtime's WebSocket where there is one: thousands of viewers share the machine with the servers
 * that are measured.
 */
class LightWebSocket {
  static readonly OPEN = 1;
  static readonly #closed = 3;

  binaryType = 'arraybuffer';
  readyState = 0;
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: { readonly data: Uint8Array }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  #socket: LightSocket | undefined;
  #givenUp = false;

  constructor(address: string) {
    const { hostname, port, pathname, search } = new URL(address);
    openSocket({
      ...{ host: hostname, port: Number(port), path: `${pathname}${search}` },
      onOpen: (socket) => {
        this.#socket = socket;
        if (this.#givenUp) return socket.cut();
        this.readyState = LightWebSocket.OPEN;
        this.onopen?.({});
      },
      // The SDK copies what it reads.
      onFrame: (data) => this.onmessage?.({ data }),
      onClosed: (code = abnormal) => {
        this.readyState = LightWebSocket.#closed;
        this.onclose?.({ code, reason: '' });
      },
    }).catch((error: unknown) => {
      // One that was open tells of its end by closing.
      if (this.#socket === undefined) this.onerror?.({ error });
    });
  }

  send(payload: Uint8Array): void {
    this.#socket?.send(payload);
  }

  close(): void {
    this.terminate();
  }

  terminate(): void {
    this.#givenUp = true;
    this.#socket?.cut();
  }
}

Object.assign(globalThis, { WebSocket: LightWebSocket });
