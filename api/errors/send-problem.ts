import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../common/errors/index.ts';
import { preferredLanguage } from './language.ts';
import { problemType, toProblem } from './problem.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { toDomainError } from './to-domain-error.ts';

/** Answers a request with the problem that the error means. Every refusal leaves by this door. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const refusal = toDomainError(error);
  const language = preferredLanguage(request.headers['accept-language']);
  const problem = toProblem(refusal, language, request.id);
  logProblem(refusal, problem.status, request);
  const retryAfter = retryAfterSeconds(refusal);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', challenge(refusal));
  // Already text, so that the route's response schemas leave it alone.
  return reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .type(problemType)
    .send(JSON.stringify(problem));
}

/** RFC 6750, 3: says whether a token was shown that isn't good any more. */
function challenge(refusal: DomainError): string {
  const expired = refusal.code === 'TOKEN_EXPIRED' ? ', error="invalid_token"' : '';
  return `Bearer realm="onair"${expired}`;
}

function logProblem(refusal: DomainError, status: number, request: FastifyRequest): void {
  if (refusal.code === 'INTERNAL') request.log.error({ err: refusal.cause ?? refusal }, 'defect');
  else if (status >= 500) request.log.warn({ err: refusal }, 'refused');
}
