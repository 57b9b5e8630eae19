import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../common/config.ts';
import { DomainError, Overloaded } from '../../common/errors/index.ts';
import { userIdOf } from './caller.ts';

/** Past this the process is too busy to answer in time, so it says so at once. */
const maxEventLoopDelayMs = 1_000;

/** Callers counted at one time; the longest unseen is forgotten first. */
const countedCallers = 50_000;

/**
 * Limits what one caller may ask (RATE_LIMIT_PER_MINUTE, counted by this process, by user or else
 * by address), and what all may ask while the process can't keep up.
 */
export async function addLimits(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: maxEventLoopDelayMs,
    pressureHandler: async (request) => {
      // A busy process is alive; restarting it would only make the others busier.
      if (request.routeOptions.url === '/health/live') return;
      throw new Overloaded('the API', maxEventLoopDelayMs);
    },
  });
  await app.register(rateLimit, {
    max: config.RATE_LIMIT_PER_MINUTE,
    timeWindow: 60_000,
    cache: countedCallers,
    enableDraftSpec: true,
    keyGenerator: callerKey,
    errorResponseBuilder: (_, { max, ttl }) =>
      new DomainError('RATE_LIMITED', `more than ${max} requests a minute`, {
        retryAfterMs: String(ttl),
      }),
  });
}

function callerKey(request: FastifyRequest): string {
  return userIdOf(request) ?? normalizeIP(request.ip);
}
