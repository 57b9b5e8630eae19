import {
  hasZodFastifySchemaValidationErrors,
  type ZodFastifySchemaValidationError,
} from 'fastify-type-provider-zod';
import { DomainError, type ErrorCode } from '../../common/errors/index.ts';
import { type FieldError, FieldErrors } from './field-errors.ts';

/** What Fastify itself refuses with, and our code for it. */
const codeByFastifyCode: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_HANDLER_TIMEOUT: 'DEADLINE_EXCEEDED',
  FST_ERR_NOT_FOUND: 'NOT_FOUND',
};

/** Parts of a request as Fastify names them, and as a client knows them. */
const partNames: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
};

/**
 * The refusal that an error of a request means. Whatever isn't a refusal is a defect: it becomes
 * INTERNAL, with the defect as its cause for the log.
 */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const part = error.validationContext ?? 'body';
    const name = partNames[part] ?? part;
    return new FieldErrors(error.validation.flatMap((issue) => toFieldErrors(name, issue)));
  }
  if (isClientError(error)) {
    return new DomainError(codeByFastifyCode[error.code] ?? 'MALFORMED_REQUEST', error.message);
  }
  const defect = new DomainError('INTERNAL', 'something went wrong');
  defect.cause = error;
  return defect;
}

/** Errors that Fastify raises for bad requests; also its own time-out, which is a 503. */
function isClientError(error: unknown): error is Error & { code: string; statusCode: number } {
  if (!(error instanceof Error && 'statusCode' in error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code in codeByFastifyCode) return true;
  return typeof error.statusCode === 'number' && error.statusCode < 500;
}

function toFieldErrors(part: string, issue: ZodFastifySchemaValidationError): FieldError[] {
  const path = issue.instancePath.split('/').filter((step) => step !== '');
  const at = (...more: string[]) => [part, ...path, ...more].join('.');
  const { keys } = issue.params;
  if (issue.keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    return keys.map((key) => ({
      field: at(String(key)),
      code: issue.keyword,
      message: 'is not a field of this request',
    }));
  }
  return [{ field: at(), code: issue.keyword, message: issue.message ?? 'is not valid' }];
}
