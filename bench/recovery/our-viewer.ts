import '../kit/light-web-socket.ts';
import { connectToBroadcast } from '../../realtime/client/index.ts';
import { lightFetch } from './light-fetch.ts';
import type { ViewersOf } from './system.ts';
import type { Viewer, ViewerEvents } from './viewer.ts';

/** A viewer with the client that apps take, as a guest. */
export function ourViewer(
  { realtimeUrls, apiUrl, broadcastId }: Extract<ViewersOf, { kind: 'ours' }>,
  index: number,
  events: ViewerEvents,
): Viewer {
  let away = false;
  const first = index % realtimeUrls.length;
  const live = connectToBroadcast({
    realtimeUrl: [...realtimeUrls.slice(first), ...realtimeUrls.slice(0, first)],
    ...{ apiUrl, broadcastId },
    startAt: { afterSeq: 0 },
    // Every way back begins with a call: who has no network fails there.
    fetch: async (url, init) => {
      if (away) throw new TypeError('no network');
      return lightFetch(url, init);
    },
  });
  live.on('message', ({ seq }) => events.onMessage(seq));
  live.on('online', ({ resumed }) => events.onOnline(resumed));
  live.on('offline', () => events.onOffline());
  live.on('notRecovered', ({ fromSeq, toSeq }) => events.onLost(toSeq - fromSeq + 1));
  live.on('refused', (error) => console.error(`viewer ${index} was refused: ${error.code}`));
  return {
    cut() {
      away = true;
      const transport: unknown = live.room?.connection.transport;
      const socket: unknown = Reflect.get(Object(transport), 'ws');
      const terminate: unknown = Reflect.get(Object(socket), 'terminate');
      if (typeof terminate !== 'function') throw new Error('viewers are not on ws');
      Reflect.apply(terminate, socket, []);
    },
    back() {
      away = false;
    },
    close: () => void live.close(),
  };
}
