import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createLocalPulse } from './local-pulse.ts';
import type { Pulse } from './pulse.ts';
import { createRedisPulse } from './redis-pulse.ts';

export type {
  BoardNews,
  BroadcastNews,
  ChatNews,
  PollNews,
  PurchaseNews,
  SessionNews,
  StockNews,
} from './events.ts';
export { createLocalPulse } from './local-pulse.ts';
export type { Pulse } from './pulse.ts';

/** Pulse over Redis when there is one, else within this process. */
export async function createPulse(config: Config, log: Logger): Promise<Pulse> {
  return config.REDIS_URL === undefined
    ? createLocalPulse()
    : createRedisPulse(config.REDIS_URL, log);
}
