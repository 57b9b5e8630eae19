import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { newId } from '../common/ids.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import type { Context, Routes } from './context.ts';
import { answerByEtag } from './etag.ts';
import { isForAdmins } from './guards/admin-addresses.ts';
import { callerOf } from './guards/caller.ts';
import { permit } from './guards/permit.ts';
import { bodyBytes, classOf } from './guards/route-class.ts';
import { type Endpoint, idempotencyKey } from './spec/endpoint.ts';

/** Milliseconds that a client may take to read a file. */
const fileTimeoutMs = 600_000;

/**
 * Serves endpoints. For each request, in this order: who asks, the rate limit, may they, the body,
 * its shape, the handler, the answer's shape.
 */
export function addRoutes(app: FastifyInstance, routes: Routes, clients: ClientPool): void {
  for (const { endpoint, handler } of routes) {
    const { action, success, cacheSeconds } = endpoint;
    const caching = cacheSeconds === undefined ? 'no-store' : `public, max-age=${cacheSeconds}`;
    const routeClass = classOf(endpoint);
    app.route({
      method: endpoint.method,
      url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      schema: schemaOf(endpoint),
      config: {
        credentials: endpoint.credentials ?? 'read',
        routeClass,
        forAdmins: isForAdmins(action),
      },
      bodyLimit: bodyBytes[routeClass],
      ...(success.media && { handlerTimeout: fileTimeoutMs }),
      ...(endpoint.etag && { onSend: answerByEtag }),
      // Before the body is read: a stranger can't make us read one.
      async preParsing(request) {
        permit(callerOf(request), action);
      },
      async handler(request, reply) {
        // Kept until there is an answer: a refusal must not be cached as one.
        const headers: Record<string, string> = { 'cache-control': caching };
        if (success.media) headers['content-type'] = success.media;
        const context = contextOf(request, endpoint, headers);
        const answer = await handler(partsOf(request, endpoint), context);
        return reply.code(success.status).headers(headers).send(answer);
      },
    });
  }

  function contextOf(
    request: FastifyRequest,
    endpoint: Endpoint,
    headers: Record<string, string>,
  ): Context {
    const actor = permit(callerOf(request), endpoint.action);
    const key = request.headers['idempotency-key'];
    return {
      actor,
      clients: clients.as({ actor, requestId: request.id }),
      client: { address: request.ip, userAgent: request.headers['user-agent'] ?? '' },
      idempotencyKey: typeof key === 'string' ? key : newId('req'),
      setHeader: (name, value) => {
        headers[name] = value;
      },
    };
  }
}

/** The parts that the endpoint has schemas for; by now parsed with them. */
function partsOf({ params, query, body }: FastifyRequest, endpoint: Endpoint) {
  return {
    params: endpoint.params === undefined ? undefined : params,
    query: endpoint.query === undefined ? undefined : query,
    body: endpoint.body === undefined ? undefined : body,
  };
}

/** The endpoint's schemas where Fastify looks for them. */
function schemaOf({ params, query, body, success, idempotency }: Endpoint): FastifySchema {
  const headers = {
    none: undefined,
    optional: z.looseObject({ 'idempotency-key': idempotencyKey.optional() }),
    required: z.looseObject({ 'idempotency-key': idempotencyKey }),
  }[idempotency];
  return {
    ...(params && { params }),
    ...(query && { querystring: query }),
    // Fastify writes null where there is no body.
    ...(body && { body: z.preprocess((value) => value ?? undefined, body) }),
    ...(headers && { headers }),
    ...(success.body && { response: { [success.status]: success.body } }),
  };
}
