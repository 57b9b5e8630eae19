import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { placeOf } from '../../common/client-address.ts';
import type { Config } from '../../common/config.ts';
import type { Count } from '../../common/counts/count-script.ts';
import { createCounts } from '../../common/counts/counts.ts';
import { DomainError } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import { userIdOf } from './caller.ts';
import { limitsOf, type RouteClass } from './route-class.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What requests of this route are counted as; `reads` unless told, `uncounted` not at all. */
    routeClass?: RouteClass | 'uncounted';
  }
}

/** Milliseconds that a count lasts. */
const windowMs = 60_000;

/**
 * Limits what one caller may ask in a minute, by class of route: a user wherever they are, or else an
 * address (of IPv6 its /64). Every counted answer says the policy and what is left of it
 * (draft-ietf-httpapi-ratelimit-headers), a refusal also when to come back. Add it after
 * authentication.
 */
export function addRateLimit(app: FastifyInstance, config: Config, log: Logger): void {
  const counts = createCounts({ prefix: 'requests', redisUrl: config.REDIS_URL, log });
  app.addHook('onClose', async () => counts.close());
  const limits = limitsOf(config);

  app.addHook('onRequest', async (request, reply) => {
    const name = request.routeOptions.config.routeClass ?? 'reads';
    if (name === 'uncounted') return;
    const { perMinute, exact } = limits[name];
    const key = `${name}:${callerOf(request)}`;
    const limit = { most: perMinute, windowMs };
    const count = exact ? await counts.addExactly(key, limit) : counts.add(key, limit);
    tell(reply, name, perMinute, count);
    if (count.used <= perMinute) return;
    throw new DomainError('RATE_LIMITED', `more than ${perMinute} ${name} a minute`, {
      class: name,
      retryAfterMs: String(Math.ceil(Math.max(1, count.msLeft))),
    });
  });
}

function callerOf(request: FastifyRequest): string {
  return userIdOf(request) ?? placeOf(request.ip);
}

function tell(reply: FastifyReply, name: RouteClass, most: number, { used, msLeft }: Count): void {
  const left = Math.max(0, most - used);
  reply.header('ratelimit-policy', `"${name}";q=${most};w=${windowMs / 1_000}`);
  reply.header('ratelimit', `"${name}";r=${left};t=${Math.ceil(msLeft / 1_000)}`);
}
