import type { FastifyInstance } from 'fastify';
import { DomainError } from '../common/errors/index.ts';
import { sendProblem } from './errors/index.ts';
import { listEndpoints } from './spec.ts';

/** Refuses addresses that don't exist, and methods that an existing address doesn't take. */
export function addNotFound(app: FastifyInstance): void {
  const paths = compilePaths();
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = paths.find(({ pattern }) => pattern.test(path))?.methods;
    if (methods === undefined) {
      return sendProblem(new DomainError('NOT_FOUND', `${path} does not exist`), request, reply);
    }
    const allow = [...methods].join(', ');
    reply.header('allow', allow);
    const refusal = new DomainError('METHOD_NOT_ALLOWED', `${path} takes ${allow}`, { allow });
    return sendProblem(refusal, request, reply);
  });
}

/** Each path of the spec with the methods it takes. */
function compilePaths(): { pattern: RegExp; methods: Set<string> }[] {
  const methodsByPath = new Map<string, Set<string>>();
  for (const { endpoint } of listEndpoints()) {
    const methods = methodsByPath.get(endpoint.path) ?? new Set();
    methodsByPath.set(endpoint.path, methods.add(endpoint.method));
    if (endpoint.method === 'GET') methods.add('HEAD');
  }
  return [...methodsByPath].map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    methods,
  }));
}
