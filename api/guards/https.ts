import type { FastifyInstance } from 'fastify';
import type { Config } from '../../common/config.ts';
import { PermissionDenied } from '../../common/errors/index.ts';

/** A name and a port, and nothing that would lead elsewhere. */
const hostname = /^[\w.-]+(?::\d+)?$/;

/**
 * In production, behind a proxy that says that a client came in plain HTTP: sends reads to https, and
 * refuses the rest, whose token and body have been on the wire by now. Requests that no proxy handed
 * on are our own.
 */
export function addHttps(app: FastifyInstance, config: Config): void {
  if (config.ONAIR_ENV !== 'production' || !config.TRUST_PROXY) return;
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers['x-forwarded-proto'] === undefined || request.protocol === 'https') return;
    const { method, host, url } = request;
    if ((method !== 'GET' && method !== 'HEAD') || !hostname.test(host)) {
      throw new PermissionDenied('use https');
    }
    return reply.redirect(`https://${host}${url}`, 308);
  });
}
