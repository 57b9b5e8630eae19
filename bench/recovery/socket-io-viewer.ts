import { io } from 'socket.io-client';
import type { Viewer, ViewerEvents } from './viewer.ts';

/** An address that no machine has (RFC 5737): a connection from it never comes about. */
const nowhere = '192.0.2.1';

/**
 * A viewer with Socket.IO's client as its guide has it. It reconnects by itself, as often as ours
 * does at most.
 */
export function socketIoViewer(url: string, events: ViewerEvents): Viewer {
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 1_000,
  });
  socket.on('connect', () => events.onOnline(socket.recovered));
  socket.on('disconnect', () => events.onOffline());
  socket.on('chat', ({ seq }: { seq: number }) => events.onMessage(seq));
  return {
    cut() {
      Object.assign(socket.io.opts, { localAddress: nowhere });
      const transport: unknown = socket.io.engine?.transport;
      const webSocket: unknown = Reflect.get(Object(transport), 'ws');
      const terminate: unknown = Reflect.get(Object(webSocket), 'terminate');
      // Between two connections there is nothing to cut.
      if (typeof terminate === 'function') Reflect.apply(terminate, webSocket, []);
    },
    back() {
      Object.assign(socket.io.opts, { localAddress: undefined });
    },
    close: () => void socket.disconnect(),
  };
}
