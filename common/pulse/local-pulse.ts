import { EventEmitter } from 'node:events';
import type { Pulse } from './pulse.ts';

/** Pulse within one process. Handlers run after the publisher's own turn, as over a network. */
export function createLocalPulse(): Pulse {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const publish = (topic: string, news: unknown) => {
    setImmediate(() => emitter.emit(topic, news));
  };
  const subscribe = <News>(topic: string, handler: (news: News) => void) => {
    emitter.on(topic, handler);
    return () => {
      emitter.off(topic, handler);
    };
  };
  return {
    publishBroadcast: (broadcastId, news) => publish(`broadcast:${broadcastId}`, news),
    publishStock: (news) => publish('stock', news),
    publishSessions: (news) => publish('sessions', news),
    onBroadcast: (broadcastId, handler) => subscribe(`broadcast:${broadcastId}`, handler),
    onStock: (handler) => subscribe('stock', handler),
    onSessions: (handler) => subscribe('sessions', handler),
    losses: 0,
    async close() {
      emitter.removeAllListeners();
    },
  };
}
