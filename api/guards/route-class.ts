import { isMoneyAction, permissions } from '../../common/auth/index.ts';
import type { Config } from '../../common/config.ts';
import type { Endpoint } from '../spec/endpoint.ts';

/**
 * What requests are counted as: logging in, signing up and whatever sends mails to strangers
 * (`accounts`), reads, other writes, money, providers that call us (`webhooks`), and `uploads`.
 */
export type RouteClass = 'accounts' | 'reads' | 'writes' | 'money' | 'webhooks' | 'uploads';

/** Limits of a class. */
export interface ClassLimits {
  readonly perMinute: number;
  /**
   * Whether each request is counted over all processes before it goes on. What is cheap and frequent
   * goes on by what its process knows, and processes tell each other several times a second.
   */
  readonly exact: boolean;
}

/** Bytes that the body of a request may have, by its class. */
export const bodyBytes: Readonly<Record<RouteClass, number>> = {
  accounts: 16 * 1024,
  reads: 64 * 1024,
  writes: 64 * 1024,
  money: 64 * 1024,
  webhooks: 256 * 1024,
  uploads: 64 * 1024,
};

export function limitsOf(config: Config): Readonly<Record<RouteClass, ClassLimits>> {
  return {
    accounts: { perMinute: config.RATE_LIMIT_ACCOUNTS_PER_MINUTE, exact: true },
    reads: { perMinute: config.RATE_LIMIT_PER_MINUTE, exact: false },
    writes: { perMinute: config.RATE_LIMIT_WRITES_PER_MINUTE, exact: false },
    money: { perMinute: config.RATE_LIMIT_MONEY_PER_MINUTE, exact: true },
    webhooks: { perMinute: config.RATE_LIMIT_WEBHOOKS_PER_MINUTE, exact: false },
    uploads: { perMinute: config.RATE_LIMIT_UPLOADS_PER_MINUTE, exact: true },
  };
}

/** The class of an endpoint: its own word, or what it does and who may do it. */
export function classOf({ routeClass, method, path, action, credentials }: Endpoint): RouteClass {
  if (routeClass !== undefined) return routeClass;
  if (method === 'GET') return 'reads';
  if (path.startsWith('/v1/webhooks/')) return 'webhooks';
  if (isMoneyAction(action)) return 'money';
  if (/^files\..*Upload/.test(action)) return 'uploads';
  const ofAccounts = /^(users|sessions|social)\./.test(action);
  const open = credentials === 'ignored' || permissions[action].includes('anonymous');
  return ofAccounts && (open || /^users\.request/.test(action)) ? 'accounts' : 'writes';
}
