import type { Config } from '../../../common/config.ts';
import type { TossSettings } from './toss-client.ts';

/** How Toss Payments is reached: at TOSS_BASE_URL, or at the stand-in of the sandbox part. */
export function tossSettings(config: Config): TossSettings {
  return {
    baseUrl: config.TOSS_BASE_URL ?? `http://${config.SANDBOX_HOST}:${config.SANDBOX_PORT}`,
    secretKey: config.TOSS_SECRET_KEY,
    timeoutMs: config.TOSS_TIMEOUT_MS,
  };
}
