import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../common/errors/index.ts';

/** Whether this process still takes requests. */
export interface Readiness {
  draining: boolean;
}

/**
 * While the process drains, requests that still arrive on open connections are refused UNAVAILABLE,
 * `/health/ready` among them, and every answer closes its connection, so that clients go elsewhere.
 */
export function addDrainGate(app: FastifyInstance, readiness: Readiness): void {
  app.addHook('onRequest', async (request) => {
    if (!readiness.draining || request.routeOptions.url === '/health/live') return;
    throw new DomainError('UNAVAILABLE', 'this process is closing');
  });
  app.addHook('onSend', async (_, reply) => {
    if (readiness.draining) reply.header('connection', 'close');
  });
}
