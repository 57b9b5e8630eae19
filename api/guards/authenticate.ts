import type { FastifyInstance } from 'fastify';
import type { TokenVerifier } from '../../common/auth/index.ts';
import { DomainError } from '../../common/errors/index.ts';
import { type Caller, nobody } from './caller.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `ignored`: the Authorization header of this route is not looked at. */
    credentials?: 'read' | 'ignored';
  }
}

/** Finds out who each request is from, for the routes that ask. */
export function addAuthentication(app: FastifyInstance, verifier: TokenVerifier): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    const wanted = request.routeOptions.config.credentials === 'read';
    request.caller = wanted ? await identify(request.headers.authorization, verifier) : nobody;
  });
}

/**
 * Reads an Authorization header (RFC 6750). None means an anonymous caller. A token that doesn't
 * hold is kept as an error rather than thrown, so that such requests are counted by the rate limit
 * before they are refused.
 */
async function identify(header: string | undefined, verifier: TokenVerifier): Promise<Caller> {
  if (header === undefined) return nobody;
  const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1];
  if (token === undefined) {
    const error = new DomainError('UNAUTHENTICATED', 'expected Authorization: Bearer <token>');
    return { known: false, error };
  }
  try {
    return { known: true, actor: await verifier.verify(token) };
  } catch (error) {
    return { known: false, error };
  }
}
