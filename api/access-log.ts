import type { FastifyInstance } from 'fastify';
import { userIdOf } from './guards/caller.ts';

/** Tells each request its id, and writes one line for it when it is answered. Bodies stay out. */
export function addAccessLog(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        userId: userIdOf(request),
      },
      'request',
    );
  });
}
