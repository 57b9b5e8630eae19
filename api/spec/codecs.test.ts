import { z } from 'zod';
import { StockMovementKind } from '../../proto/gen/onair/catalog/v1/catalog.ts';
import { OrderStatus } from '../../proto/gen/onair/orders/v1/orders.ts';
import {
  enumCodec,
  enumOrNull,
  jsonText,
  present,
  presentOrNull,
  textOrNull,
  timestamp,
  timestampOrNull,
} from './codecs.ts';

const status = enumCodec(OrderStatus);

test('every named member of an enum survives the way out and back', () => {
  const members = Object.values(OrderStatus).filter(
    (value) => value !== OrderStatus.UNSPECIFIED && value !== OrderStatus.UNRECOGNIZED,
  );
  expect(members.map((value) => status.encode(value))).toEqual([
    'awaiting_payment',
    'payment_processing',
    'paid',
    'cancelled',
    'expired',
    'refunding',
    'refunded',
  ]);
  expect(members.map((value) => status.decode(status.encode(value)))).toEqual(members);
});

test.each([OrderStatus.UNSPECIFIED, OrderStatus.UNRECOGNIZED])('%s never goes out', (value) => {
  expect(status.safeEncode(value).success).toBe(false);
});

test.each(['PAID', 'ORDER_STATUS_PAID', 'unspecified', 'unrecognized', '', 'constructor', 3, null])(
  '%p is no status',
  (name) => {
    expect(status.safeParse(name).success).toBe(false);
  },
);

test('a narrowed enum takes its members only', () => {
  const kind = enumCodec(StockMovementKind, ['RECEIVE', 'ADJUST_OUT']);
  expect(kind.parse('adjust_out')).toBe(StockMovementKind.ADJUST_OUT);
  expect(kind.safeParse('sell').success).toBe(false);
});

test('a state that was not set is null where REST allows it', () => {
  const from = enumOrNull(OrderStatus);
  expect(from.encode(OrderStatus.UNSPECIFIED)).toBeNull();
  expect(from.encode(OrderStatus.PAID)).toBe('paid');
  expect(from.decode(null)).toBe(OrderStatus.UNSPECIFIED);
  expect(from.safeEncode(OrderStatus.UNRECOGNIZED).success).toBe(false);
});

test('times go out in UTC with milliseconds and come in with any offset', () => {
  expect(timestamp.encode(new Date(1_700_000_000_000))).toBe('2023-11-14T22:13:20.000Z');
  expect(timestamp.decode('2023-11-15T07:13:20+09:00')).toEqual(new Date(1_700_000_000_000));
  expect(timestamp.safeEncode(undefined).success).toBe(false);
  expect(timestamp.safeParse('2023-11-14').success).toBe(false);
  expect(timestamp.safeParse('2023-11-14T22:13:20').success).toBe(false);
});

test('what the services leave out is null', () => {
  expect(timestampOrNull.encode(undefined)).toBeNull();
  expect(textOrNull.encode('')).toBeNull();
  expect(textOrNull.encode('a')).toBe('a');
  expect(textOrNull.decode(null)).toBe('');
});

test('a message is required or null, as its field says', () => {
  const point = z.object({ at: timestamp });
  const at = new Date(0);
  expect(present(point).encode({ at })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  expect(present(point).safeEncode(undefined).success).toBe(false);
  expect(presentOrNull(point).encode(undefined)).toBeNull();
});

test('fields that the schema does not name stay inside', () => {
  const row = { name: 'a', passwordHash: 'secret' };
  expect(z.object({ name: z.string() }).encode(row)).toEqual({ name: 'a' });
});

test('JSON in text goes out as JSON, other text as it is', () => {
  expect(jsonText.encode('{"orderId":"ord_1"}')).toEqual({ orderId: 'ord_1' });
  expect(jsonText.encode('not json')).toBe('not json');
});
