import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../common/config.ts';
import { DomainError, Overloaded } from '../../common/errors/index.ts';
import { userIdOf } from './caller.ts';

/** Callers counted at one time; the longest unseen is forgotten first. */
const countedCallers = 50_000;

/**
 * Limits what one caller may ask (RATE_LIMIT_PER_MINUTE, counted by this process, by user or else
 * by address), and what all may ask while the process can't keep up (API_MAX_LOOP_DELAY_MS): then
 * it says so at once.
 */
export async function addLimits(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: config.API_MAX_LOOP_DELAY_MS,
    pressureHandler: async (request, _reply, _type, delayMs) => {
      // A busy process is alive; restarting it would only make the others busier.
      if (request.routeOptions.url === '/health/live') return;
      // What the library says of a second without a sample, as after a single long pause.
      if (delayMs === Number.POSITIVE_INFINITY) return;
      throw new Overloaded('the API', config.API_MAX_LOOP_DELAY_MS);
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
