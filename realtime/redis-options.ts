/** How the framework's own clients reach Redis. */
interface RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly tls: object | undefined;
  readonly maxRetriesPerRequest: null;
  readonly retryStrategy: (attempts: number) => number;
}

/**
 * Settings of the framework's Redis clients at REDIS_URL. What they ask while Redis is away waits
 * until it is back: the framework leaves some of its commands unawaited, and one that failed would
 * end the process and throw out every viewer.
 */
export function redisOptions(redisUrl: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(redisUrl);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 6_379 : Number(port),
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    db: Number(pathname.slice(1)),
    tls: protocol === 'rediss:' ? {} : undefined,
    maxRetriesPerRequest: null,
    retryStrategy: (attempts) => Math.min(attempts * 100, 1_000),
  };
}
