import { createClient } from 'redis';
import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import { broadcastNews, sessionNews, stockNews } from './events.ts';
import { createLocalPulse } from './local-pulse.ts';
import type { Pulse, Unsubscribe } from './pulse.ts';
import { createRedisSubscriptions } from './redis-subscriptions.ts';

const prefix = 'onair:pulse:';
const stockChannel = `${prefix}stock`;
const sessionsChannel = `${prefix}sessions`;
const broadcastPrefix = `${prefix}broadcast:`;

/** News that wait for Redis; more is lost. */
const maxUnpublished = 10_000;

/**
 * Pulse over Redis pub/sub. One Redis subscription per topic serves every handler of this process.
 * While Redis is away news is lost, which pulse allows; the client reconnects by itself.
 */
export async function createRedisPulse(redisUrl: string, log: Logger): Promise<Pulse> {
  const publisher = createClient({
    url: redisUrl,
    // No timer for each: what the queue can't hold is lost, which pulse allows.
    commandOptions: { timeout: 0 },
    commandsQueueMaxLength: maxUnpublished,
  });
  const subscriber = publisher.duplicate();
  const { host } = new URL(redisUrl);
  let begun = false;
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => {
      if (begun) log.warn({ err: error }, 'pulse lost Redis');
      else log.warn({ err: error, host }, 'waiting for Redis, without which nothing starts');
    });
  }
  await Promise.all([publisher.connect(), subscriber.connect()]);
  begun = true;
  let losses = 0;
  // Each try to come back that fails is one, and the one that does not.
  for (const event of ['error', 'ready']) subscriber.on(event, () => (losses += 1));
  const local = createLocalPulse();
  const subscriptions = createRedisSubscriptions(subscriber, deliver, log);

  function publish(channel: string, news: unknown): void {
    // The client would keep it for later; by then it is old, and there may be a lot of it.
    if (!publisher.isReady) return;
    publisher.publish(channel, JSON.stringify(news)).catch((error: unknown) => {
      log.warn({ err: error, channel }, 'pulse was not published');
    });
  }

  function deliver(channel: string, text: string): void {
    if (channel === stockChannel) {
      read(stockNews, channel, text, (news) => local.publishStock(news));
    } else if (channel === sessionsChannel) {
      read(sessionNews, channel, text, (news) => local.publishSessions(news));
    } else {
      const broadcastId = channel.slice(broadcastPrefix.length);
      read(broadcastNews, channel, text, (news) => local.publishBroadcast(broadcastId, news));
    }
  }

  function read<News>(
    schema: z.ZodType<News>,
    channel: string,
    text: string,
    use: (news: News) => void,
  ): void {
    const news = schema.safeParse(parseJson(text));
    if (news.success) use(news.data);
    else log.warn({ channel }, 'pulse brought something unreadable');
  }

  function subscribe(channel: string, leave: Unsubscribe): Unsubscribe {
    const unwant = subscriptions.want(channel);
    return () => {
      leave();
      unwant();
    };
  }

  return {
    publishBroadcast: (broadcastId, news) => publish(broadcastPrefix + broadcastId, news),
    publishStock: (news) => publish(stockChannel, news),
    publishSessions: (news) => publish(sessionsChannel, news),
    onBroadcast: (broadcastId, handler) =>
      subscribe(broadcastPrefix + broadcastId, local.onBroadcast(broadcastId, handler)),
    onStock: (handler) => subscribe(stockChannel, local.onStock(handler)),
    onSessions: (handler) => subscribe(sessionsChannel, local.onSessions(handler)),
    get losses() {
      return losses;
    },
    async close() {
      subscriptions.close();
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
