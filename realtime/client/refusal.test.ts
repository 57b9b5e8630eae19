import { clientError, LiveError, refusalOf, roomRefusal } from './refusal.ts';
import { seatIsKept, verdictOn } from './rules.ts';

describe('a refusal at the door', () => {
  it.each([
    [404, { code: 404, error: 'NOT_FOUND' }, 'NOT_FOUND', 'final'],
    [403, { code: 403, error: 'PERMISSION_DENIED' }, 'PERMISSION_DENIED', 'final'],
    [400, { code: 400, error: 'INVALID_ARGUMENT' }, 'INVALID_ARGUMENT', 'final'],
    [401, { code: 401, error: 'TOKEN_EXPIRED' }, 'TOKEN_EXPIRED', 'token'],
    [429, { code: 429, error: 'ROOM_FULL' }, 'ROOM_FULL', 'later'],
    [503, { code: 503, error: 'UNAVAILABLE' }, 'UNAVAILABLE', 'later'],
    [503, undefined, 'UNREACHABLE', 'later'],
    [502, '<html>', 'UNREACHABLE', 'later'],
    [524, { code: 524, error: 'seat reservation expired' }, 'seat reservation expired', 'later'],
    [503, { error: 'BROADCAST_FULL' }, 'BROADCAST_FULL', 'wait'],
    [403, { error: 'BANNED; until=1760000000000' }, 'BANNED', 'final'],
  ])('%i %j is %s: %s', (status, body, code, verdict) => {
    const refusal = refusalOf(status, body);
    expect([refusal.code, verdictOn(refusal)]).toEqual([code, verdict]);
  });

  it('says when to come back, in its facts or its header', () => {
    const details = { position: 12, ticket: 'tkt_1', retryAfterMs: 2_500 };
    const full = refusalOf(429, { error: 'BROADCAST_FULL', details });
    expect(full.retryAfterMs).toBe(2_500);
    expect(full.details).toEqual({ position: '12', ticket: 'tkt_1', retryAfterMs: '2500' });
    const busy = refusalOf(503, { error: 'OVERLOADED; retryAfterMs=700' });
    expect([busy.code, busy.retryAfterMs]).toEqual(['OVERLOADED', 700]);
    expect(refusalOf(503, {}, new Headers({ 'retry-after': '3' })).retryAfterMs).toBe(3_000);
    expect(refusalOf(503, {}).retryAfterMs).toBeUndefined();
    expect(refusalOf(503, { details: { retryAfterMs: 'soon' } }).retryAfterMs).toBeUndefined();
  });
});

it('a refusal of the room is read as it was said; anything else is none', () => {
  const reason = {
    code: 'SOLD_OUT',
    message: '품절되었습니다.',
    retry: false,
    details: { skuId: 's' },
  };
  const error = roomRefusal(Object.assign(new Error('request rejected'), { reason }));
  expect(error).toBeInstanceOf(LiveError);
  expect(error).toMatchObject(reason);
  for (const other of [new Error('closed'), undefined, { reason: 'no' }, { reason: {} }]) {
    expect(roomRefusal(other)).toBeUndefined();
  }
});

it.each(['OUTCOME_UNKNOWN', 'NO_ANSWER', 'CLOSED', 'UNREACHABLE', 'BANNED'] as const)(
  '%s has a text in Korean and in English',
  (code) => {
    const { message, english } = clientError(code);
    expect(message).toMatch(/[가-힣].*\.$/);
    expect(english).toMatch(/^[ -~]+\.$/);
  },
);

it('a room keeps the seats of connections that broke, and of no others', () => {
  expect([1001, 1005, 1006, 4010].every(seatIsKept)).toBe(true);
  expect([1000, 1008, 1009, 4000, 4001, 4002, 4003].some(seatIsKept)).toBe(false);
});
