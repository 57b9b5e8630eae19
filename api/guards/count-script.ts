import { createClient } from 'redis';
import type { Logger } from '../../common/logger.ts';

/** Milliseconds that a count lasts. */
export const windowMs = 60_000;

/** Requests of one caller in the minute that began with their first. */
export interface Count {
  readonly used: number;
  readonly msLeft: number;
}

/** What one key grew by. */
export interface Growth {
  readonly key: string;
  readonly by: number;
}

/** Counters in Redis. */
export interface CountScript {
  /** What each counter stands at after it grew, in order; rejected when Redis doesn't answer. */
  grow(growths: readonly Growth[]): Promise<PromiseSettledResult<Count>[]>;
  close(): void;
}

/** Each counter ends by itself, a minute after it began. */
const text = `
local answers = {}
for i, key in ipairs(KEYS) do
  local used = redis.call('INCRBY', key, ARGV[i + 1])
  local left = redis.call('PTTL', key)
  if left < 0 then
    redis.call('PEXPIRE', key, ARGV[1])
    left = tonumber(ARGV[1])
  end
  answers[2 * i - 1] = used
  answers[2 * i] = left
end
return answers`;

/** Milliseconds that a request waits for Redis before it is counted here alone. */
const answerMs = 500;

/** Connects in the background. */
export function openCountScript(url: string, log: Logger): CountScript {
  const client = createClient({ url, disableOfflineQueue: true });
  client.on('error', (error: unknown) => log.warn({ err: error }, 'rate limits lost Redis'));
  client
    .connect()
    .catch((error: unknown) => log.warn({ err: error }, 'rate limits found no Redis'));

  return {
    async grow(growths) {
      if (!client.isReady) throw new Error('Redis is away');
      const asked = client.eval(text, {
        keys: growths.map(({ key }) => `onair:requests:${key}`),
        arguments: [String(windowMs), ...growths.map(({ by }) => String(by))],
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
