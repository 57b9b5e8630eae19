import type { FastifyInstance } from 'fastify';
import { DomainError } from '../common/errors/index.ts';
import type { ClientPool } from '../common/rpc/clients.ts';

/** Milliseconds that the services have to answer a readiness check. */
const checkDeadlineMs = 1_000;

/** `/health/live`: the process runs. `/health/ready`: the services answer it as well. */
export function addHealth(app: FastifyInstance, clients: ClientPool): void {
  const { sessions } = clients.as({ actor: { kind: 'service', name: 'api' } });
  const options = { config: { routeClass: 'uncounted' } } as const;

  app.get('/health/live', options, async (_, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'live' }),
  );

  app.get('/health/ready', options, async (_, reply) => {
    try {
      await sessions.getSigningKeys({}, { deadline: checkDeadlineMs });
    } catch {
      throw new DomainError('UNAVAILABLE', 'the services do not answer');
    }
    return reply.header('cache-control', 'no-store').send({ status: 'ready' });
  });
}
