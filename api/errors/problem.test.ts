import {
  DomainError,
  errorCodes,
  httpStatusByCode,
  Overloaded,
  StaleVersion,
} from '../../common/errors/index.ts';
import { FieldErrors } from './field-errors.ts';
import { problemSchema, toProblem } from './problem.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { toDomainError } from './to-domain-error.ts';

test.each(errorCodes)('%s is a whole problem in both languages', (code) => {
  for (const language of ['ko', 'en'] as const) {
    const problem = toProblem(new DomainError(code, 'inner words'), language, 'req_1');
    expect(problemSchema.strict().safeParse(problem).success).toBe(true);
    expect(problem).toMatchObject({ code, status: httpStatusByCode[code], requestId: 'req_1' });
  }
});

test('the words of an error stay inside from 500 on', () => {
  const at = (code: 'UNAVAILABLE' | 'SOLD_OUT') =>
    toProblem(new DomainError(code, 'connect ECONNREFUSED 10.0.0.3'), 'ko', 'req_1').detail;
  expect(at('UNAVAILABLE')).not.toContain('10.0.0.3');
  expect(at('SOLD_OUT')).toContain('10.0.0.3');
});

test('a problem carries the facts of its error', () => {
  const problem = toProblem(new StaleVersion('product', 'prd_1', 7), 'en', 'req_1');
  expect(problem).toEqual({
    type: 'urn:onair:problem:stale-version',
    title: 'Someone changed this first; reload it.',
    status: 409,
    detail: 'product prd_1 has changed; its version is 7',
    code: 'STALE_VERSION',
    requestId: 'req_1',
    details: { what: 'product', id: 'prd_1', current: '7' },
  });
});

test('a request that is wrong a thousand times is told so twenty times', () => {
  const errors = Array.from({ length: 1_000 }, (_, i) => ({
    field: `body.${i}`,
    code: 'unrecognized_keys',
    message: 'is not a field of this request',
  }));
  expect(toProblem(new FieldErrors(errors), 'ko', 'req_1').errors).toHaveLength(20);
});

test.each([
  [new TypeError('secret'), 'INTERNAL'],
  ['a string', 'INTERNAL'],
  [undefined, 'INTERNAL'],
  [
    Object.assign(new Error('x'), { statusCode: 400, code: 'FST_ERR_BAD_URL' }),
    'MALFORMED_REQUEST',
  ],
  [Object.assign(new Error('x'), { statusCode: 500, code: 'FST_ERR_X' }), 'INTERNAL'],
  [
    Object.assign(new Error('x'), { statusCode: 503, code: 'FST_ERR_HANDLER_TIMEOUT' }),
    'DEADLINE_EXCEEDED',
  ],
])('%p is %s', (error, code) => {
  expect(toDomainError(error).code).toBe(code);
});

test('a defect is kept for the log and kept from the client', () => {
  const defect = new TypeError('secret');
  const refusal = toDomainError(defect);
  expect(refusal.cause).toBe(defect);
  expect(JSON.stringify(toProblem(refusal, 'en', 'req_1'))).not.toContain('secret');
});

test.each([
  [new Overloaded('orders', 1_200), 2],
  [new Overloaded('orders', 10), 1],
  [new DomainError('UNAVAILABLE', 'x'), 1],
  [new DomainError('NOT_FOUND', 'x'), undefined],
  [new DomainError('OVERLOADED', 'x', { retryAfterMs: 'soon' }), undefined],
])('Retry-After is whole seconds, rounded up', (error, seconds) => {
  expect(retryAfterSeconds(error)).toBe(seconds);
});
