import { Status } from 'nice-grpc-common';
import {
  DomainError,
  type ErrorCode,
  errorCodes,
  grpcStatusByCode,
  httpStatusByCode,
  InvalidArgument,
  InvalidState,
  isErrorCode,
  NotFound,
  Overloaded,
  PermissionDenied,
  RequestIdReused,
  StaleVersion,
  textFor,
  toRoomError,
} from './index.ts';

const grpcStatuses = Object.values(Status).filter((status) => typeof status === 'number');

describe.each([...errorCodes])('%s', (code: ErrorCode) => {
  it('is a code', () => {
    expect(isErrorCode(code)).toBe(true);
  });

  it('has a gRPC status that is an error, and not UNKNOWN', () => {
    expect(grpcStatuses).toContain(grpcStatusByCode[code]);
    expect([Status.OK, Status.UNKNOWN]).not.toContain(grpcStatusByCode[code]);
  });

  it('has an HTTP status that is an error', () => {
    expect(httpStatusByCode[code]).toBeGreaterThanOrEqual(400);
    expect(httpStatusByCode[code]).toBeLessThan(600);
  });

  it('is a fault of ours on both edges or on neither', () => {
    const ours = [
      Status.INTERNAL,
      Status.UNAVAILABLE,
      Status.DEADLINE_EXCEEDED,
      Status.RESOURCE_EXHAUSTED,
    ];
    const rateLimited = httpStatusByCode[code] === 429;
    const onHttp = httpStatusByCode[code] >= 500 || rateLimited;
    expect(ours.includes(grpcStatusByCode[code])).toBe(onHttp);
  });

  it('has a text in Korean and in English', () => {
    expect(textFor(code, 'ko')).toMatch(/[가-힣].*\.$/);
    expect(textFor(code, 'en')).toMatch(/^[ -~]+\.$/);
  });

  it('is told to rooms in Korean, with its details', () => {
    const details = { skuId: 'sku_1' };
    expect(toRoomError(new DomainError(code, 'for logs', details))).toEqual({
      code,
      message: textFor(code, 'ko'),
      details,
      retry: expect.any(Boolean),
    });
  });
});

it('only what may pass by itself is worth sending again', () => {
  const retried = errorCodes.filter((code) => toRoomError(new DomainError(code, '')).retry);
  expect(retried).toEqual([
    'CHAT_FROZEN',
    'CHAT_SLOW_MODE',
    'CHAT_FLOOD',
    'CHAT_REPEAT',
    'ROOM_FULL',
    'BROADCAST_FULL',
    'RATE_LIMITED',
    'OVERLOADED',
    'UNAVAILABLE',
    'DEADLINE_EXCEEDED',
  ]);
});

it('what another process says is a code only if it is one of ours', () => {
  for (const word of ['', 'sold_out', 'toString', 'SOLD OUT'])
    expect(isErrorCode(word)).toBe(false);
});

it.each<[DomainError, ErrorCode, Record<string, string>]>([
  [new InvalidArgument('no', { field: 'x' }), 'INVALID_ARGUMENT', { field: 'x' }],
  [new NotFound('order', 'ord_1'), 'NOT_FOUND', { what: 'order', id: 'ord_1' }],
  [new PermissionDenied('no'), 'PERMISSION_DENIED', {}],
  [new InvalidState('order', 'paid', 'no'), 'INVALID_STATE', { what: 'order', state: 'paid' }],
  [
    new StaleVersion('product', 'prd_1', 7),
    'STALE_VERSION',
    { what: 'product', id: 'prd_1', current: '7' },
  ],
  [new RequestIdReused('r1'), 'REQUEST_ID_REUSED', { requestId: 'r1' }],
  [new Overloaded('orders', 40), 'OVERLOADED', { retryAfterMs: '40' }],
])('%s carries its code and its facts', (error, code, details) => {
  expect(error).toBeInstanceOf(DomainError);
  expect(error).toBeInstanceOf(Error);
  expect({ code: error.code, details: error.details }).toEqual({ code, details });
});
