import type { FastifyRequest } from 'fastify';
import { type Actor, anonymous } from '../../common/auth/index.ts';

/** Who a request says it is from: an actor, or the reason why that can't be believed. */
export type Caller =
  | { readonly known: true; readonly actor: Actor }
  | { readonly known: false; readonly error: unknown };

/** Someone of whom nothing is known. */
export const nobody: Caller = { known: true, actor: anonymous };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the Authorization header was read; see {@link callerOf}. */
    caller?: Caller;
  }
}

/** Who a request is from, as far as it has been read. */
export function callerOf(request: FastifyRequest): Caller {
  return request.caller ?? nobody;
}

/** The user id behind a request, for logs and counts. */
export function userIdOf(request: FastifyRequest): string | undefined {
  const caller = callerOf(request);
  return caller.known && caller.actor.kind === 'user' ? caller.actor.userId : undefined;
}
