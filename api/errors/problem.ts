import { z } from 'zod';
import {
  type DomainError,
  errorCodes,
  httpStatusByCode,
  type Language,
  textFor,
} from '../../common/errors/index.ts';
import { FieldErrors } from './field-errors.ts';

/** Media type of every refusal (RFC 9457). */
export const problemType = 'application/problem+json';

/** What every refusal looks like. */
export const problemSchema = z
  .object({
    type: z.string().describe('URN of the kind of problem.'),
    title: z.string().describe('What to tell the customer, in Korean or by Accept-Language.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('An English sentence for developers.'),
    code: z.enum(errorCodes).describe('Stable; branch on this.'),
    requestId: z.string().describe('Quote it when asking for help.'),
    details: z
      .record(z.string(), z.string())
      .optional()
      .describe('Facts that go with the code, e.g. the current version.'),
    errors: z
      .array(
        z.object({
          field: z.string().describe('Where, e.g. `body.lines.0.quantity`.'),
          code: z.string().describe('The rule that was broken, e.g. `too_small`.'),
          message: z.string().describe('An English sentence for developers.'),
        }),
      )
      .optional()
      .describe('For INVALID_ARGUMENT found at the edge: each field that is wrong.'),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457).' });

/** A refusal as it goes out. */
export type Problem = z.output<typeof problemSchema>;

/**
 * Writes a refusal for a client. From 500 on the error's own words stay inside, as they may tell of
 * addresses and internals.
 */
export function toProblem(error: DomainError, language: Language, requestId: string): Problem {
  const status = httpStatusByCode[error.code];
  return {
    type: `urn:onair:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: textFor(error.code, language),
    status,
    detail: status >= 500 ? textFor(error.code, 'en') : error.message,
    code: error.code,
    requestId,
    ...(Object.keys(error.details).length > 0 ? { details: error.details } : {}),
    ...(error instanceof FieldErrors ? { errors: [...error.errors] } : {}),
  };
}
