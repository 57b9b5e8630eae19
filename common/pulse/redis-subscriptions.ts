import type { RedisClientType } from 'redis';
import type { Logger } from '../logger.ts';
import type { Unsubscribe } from './pulse.ts';

/** Milliseconds until a subscription is tried again that Redis did not take. */
const retryMs = 500;

/** One subscription at Redis for each channel, however many in this process want it. */
export interface RedisSubscriptions {
  /** Keeps the channel subscribed until the answer is called; calling it again changes nothing. */
  want(channel: string): Unsubscribe;
  close(): void;
}

interface Channel {
  wanted: number;
  subscribed: boolean;
  /** Whether a command is under way or waits for its time. */
  busy: boolean;
  readonly listener: (text: string) => void;
}

/**
 * Brings what Redis is subscribed to in line with what is wanted, one command for a channel at a
 * time: a channel that is left and joined at the same moment stays subscribed, and one that Redis
 * was away for is asked for again.
 */
export function createRedisSubscriptions(
  client: Pick<RedisClientType, 'subscribe' | 'unsubscribe'>,
  deliver: (channel: string, text: string) => void,
  log: Logger,
): RedisSubscriptions {
  const channels = new Map<string, Channel>();
  const retries = new Set<NodeJS.Timeout>();
  let closed = false;

  async function settle(name: string, channel: Channel): Promise<void> {
    if (channel.busy) return;
    channel.busy = true;
    try {
      while (!closed && channel.subscribed !== channel.wanted > 0) {
        if (channel.subscribed) await client.unsubscribe(name, channel.listener);
        else await client.subscribe(name, channel.listener);
        channel.subscribed = !channel.subscribed;
      }
      channel.busy = false;
      if (channel.wanted === 0) channels.delete(name);
    } catch (error) {
      if (closed) return;
      log.warn({ err: error, channel: name }, 'pulse will subscribe again');
      retryLater(name, channel);
    }
  }

  function retryLater(name: string, channel: Channel): void {
    const timer = setTimeout(() => {
      retries.delete(timer);
      channel.busy = false;
      void settle(name, channel);
    }, retryMs);
    retries.add(timer);
  }

  return {
    want(name) {
      const channel = channels.get(name) ?? {
        wanted: 0,
        subscribed: false,
        busy: false,
        listener: (text: string) => deliver(name, text),
      };
      channels.set(name, channel);
      channel.wanted += 1;
      void settle(name, channel);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        channel.wanted -= 1;
        void settle(name, channel);
      };
    },
    close() {
      closed = true;
      for (const timer of retries) clearTimeout(timer);
    },
  };
}
