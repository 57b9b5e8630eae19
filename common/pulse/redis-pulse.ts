import { createClient } from 'redis';
import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import { broadcastNews, stockNews } from './events.ts';
import { createLocalPulse } from './local-pulse.ts';
import type { Pulse } from './pulse.ts';

const prefix = 'onair:pulse:';

/**
 * Pulse over Redis pub/sub. One Redis subscription per topic serves every handler of this process.
 * While Redis is away news is lost, which pulse allows; the client reconnects by itself.
 */
export async function createRedisPulse(redisUrl: string, log: Logger): Promise<Pulse> {
  const publisher = createClient({ url: redisUrl });
  const subscriber = publisher.duplicate();
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => log.warn({ err: error }, 'pulse lost Redis'));
  }
  await Promise.all([publisher.connect(), subscriber.connect()]);
  const local = createLocalPulse();
  const handlers = new Map<string, number>();

  function publish(topic: string, news: unknown): void {
    publisher.publish(prefix + topic, JSON.stringify(news)).catch((error: unknown) => {
      log.warn({ err: error, topic }, 'pulse was not published');
    });
  }

  function subscribe<News>(
    topic: string,
    schema: z.ZodType<News>,
    deliver: (news: News) => void,
    join: () => () => void,
  ): () => void {
    const leave = join();
    const before = handlers.get(topic) ?? 0;
    handlers.set(topic, before + 1);
    if (before === 0) {
      void subscriber.subscribe(prefix + topic, (text) => {
        const news = schema.safeParse(parseJson(text));
        if (news.success) deliver(news.data);
        else log.warn({ topic }, 'pulse brought something unreadable');
      });
    }
    return () => {
      leave();
      const left = (handlers.get(topic) ?? 1) - 1;
      handlers.set(topic, left);
      if (left === 0) {
        handlers.delete(topic);
        void subscriber.unsubscribe(prefix + topic);
      }
    };
  }

  return {
    publishBroadcast: (broadcastId, news) => publish(`broadcast:${broadcastId}`, news),
    publishStock: (news) => publish('stock', news),
    onBroadcast: (broadcastId, handler) =>
      subscribe(
        `broadcast:${broadcastId}`,
        broadcastNews,
        (news) => local.publishBroadcast(broadcastId, news),
        () => local.onBroadcast(broadcastId, handler),
      ),
    onStock: (handler) =>
      subscribe(
        'stock',
        stockNews,
        (news) => local.publishStock(news),
        () => local.onStock(handler),
      ),
    async close() {
      await local.close();
      publisher.destroy();
      subscriber.destroy();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
