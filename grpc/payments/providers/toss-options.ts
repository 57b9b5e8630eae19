import type { Config } from '../../../common/config.ts';
import type { TossOptions } from './toss.ts';

/** How Toss Payments is reached: at TOSS_BASE_URL, or at the stand-in of the sandbox part. */
export function tossOptions(config: Config): TossOptions {
  return {
    baseUrl: config.TOSS_BASE_URL ?? `http://${config.SANDBOX_HOST}:${config.SANDBOX_PORT}`,
    secretKey: config.TOSS_SECRET_KEY,
    timeoutMs: config.TOSS_TIMEOUT_MS,
  };
}
