import { createClient } from 'redis';
import type { Logger } from '../logger.ts';

/** How often something happened in the period that began when it happened first. */
export interface Count {
  readonly used: number;
  readonly msLeft: number;
}

/** What one counter grew by, or shrank. */
export interface Growth {
  readonly key: string;
  readonly by: number;
  /** Milliseconds that a counter lasts from its beginning. */
  readonly windowMs: number;
  /** It does not grow past this: what would is answered as one more, and not counted. */
  readonly most?: number;
}

/** Counters in Redis. */
export interface CountScript {
  /** What each counter stands at after it grew, in order; rejected when Redis doesn't answer. */
  grow(growths: readonly Growth[]): Promise<PromiseSettledResult<Count>[]>;
  close(): void;
}

/**
 * Each counter ends by itself. What shrinks begins none, and none goes below zero. Most counters of a
 * crowd are new, and cost one command.
 */
const text = `
local answers = {}
for i, key in ipairs(KEYS) do
  local by, window, most = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local used, left = by, window
  if by < 0 then
    used = tonumber(redis.call('GET', key) or 0)
    if used > 0 then used = redis.call('INCRBY', key, math.max(by, -used)) end
    left = math.max(redis.call('PTTL', key), 0)
  elseif (most >= 0 and by > most) or not redis.call('SET', key, by, 'PX', window, 'NX') then
    used = redis.call('INCRBY', key, by)
    left = redis.call('PTTL', key)
    if left < 0 then
      left = window
      redis.call('PEXPIRE', key, left)
    end
    if most >= 0 and used > most then
      redis.call('DECRBY', key, by)
      used = most + 1
    end
  end
  answers[2 * i - 1] = used
  answers[2 * i] = left
end
return answers`;

/** Milliseconds for which a caller waits for Redis. */
const answerMs = 500;

/**
 * Connects in the background.
 * @param prefix begins the names of the counters, which all processes share
 */
export function openCountScript(url: string, prefix: string, log: Logger): CountScript {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', (error: unknown) => log.warn({ err: error, prefix }, 'limits lost Redis'));
  client
    .connect()
    .catch((error: unknown) => log.warn({ err: error, prefix }, 'limits found no Redis'));

  return {
    async grow(growths) {
      if (!client.isReady) throw new Error('Redis is away');
      const asked = client.eval(text, {
        keys: growths.map(({ key }) => `onair:${prefix}:${key}`),
        arguments: growths.flatMap(({ by, windowMs, most = -1 }) =>
          [by, windowMs, most].map(String),
        ),
      });
      const answer = await within(answerMs, asked);
      const numbers: unknown[] = Array.isArray(answer) ? answer : [];
      return growths.map((_, i) => ({
        status: 'fulfilled',
        value: { used: Number(numbers[2 * i]), msLeft: Number(numbers[2 * i + 1]) },
      }));
    },
    close: () => client.destroy(),
  };
}

function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Redis takes over ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
