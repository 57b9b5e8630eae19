import { type CallContext, ServerError, type ServerMiddleware, type Status } from 'nice-grpc';
import { ErrorInfo, RetryInfo, RichServerError } from 'nice-grpc-error-details';
import { z } from 'zod';
import { DomainError, grpcStatusByCode, InvalidArgument } from '../../common/errors/index.ts';
import type { Logger } from '../../common/logger.ts';
import { metadataKeys } from '../../common/rpc/metadata.ts';

/** `domain` of every ErrorInfo. */
const errorDomain = 'onair';

/**
 * The one place where refusals become gRPC errors. What is not a refusal is a defect: logged
 * whole, answered as INTERNAL without a word about it. Every call leaves a line at level debug,
 * with the id of the request that led to it, so that one request reads as one story over processes.
 */
export function translateErrors(log: Logger): ServerMiddleware {
  return async function* (call, context: CallContext) {
    const facts = {
      rpc: call.method.path,
      requestId: context.metadata.get(metadataKeys.requestId),
    };
    try {
      const answer = yield* call.next(call.request, context);
      log.debug(facts, 'called');
      return answer;
    } catch (error) {
      if (error instanceof ServerError || isAborted(error)) throw error;
      throw toServerError(refusalOf(error, log, facts));
    }
  };
}

/** What a call that failed is answered with; logs why, under the facts of the call. */
export function refusalOf(error: unknown, log: Logger, facts: Readonly<object>): DomainError {
  const refusal = asRefusal(error);
  if (refusal === undefined) {
    log.error({ ...facts, err: error }, 'defect');
    return new DomainError('INTERNAL', 'internal error');
  }
  log.debug({ ...facts, code: refusal.code }, refusal.message);
  return refusal;
}

/** The caller went away or gave up; nobody hears an answer. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function asRefusal(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error instanceof z.ZodError) return describeIssues(error);
  return undefined;
}

/** Says which fields are wrong and why; never echoes their values. */
export function describeIssues(error: z.ZodError): InvalidArgument {
  const problems = error.issues.map((issue) => [issue.path.join('.'), issue.message] as const);
  const text = problems.map(([path, message]) => `${path || 'request'}: ${message}`).join('; ');
  return new InvalidArgument(text, Object.fromEntries(problems));
}

function toServerError(error: DomainError): RichServerError {
  const details = [
    ErrorInfo.fromPartial({ domain: errorDomain, reason: error.code, metadata: error.details }),
  ];
  const status: Status = grpcStatusByCode[error.code];
  const retryAfterMs = Number(error.details.retryAfterMs);
  if (!Number.isFinite(retryAfterMs)) return new RichServerError(status, error.message, details);
  return new RichServerError(status, error.message, [
    ...details,
    RetryInfo.fromPartial({
      retryDelay: {
        seconds: Math.floor(retryAfterMs / 1000),
        nanos: (retryAfterMs % 1000) * 1_000_000,
      },
    }),
  ]);
}
