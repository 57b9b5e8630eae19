import type { z } from 'zod';
import { newId } from '../../common/ids.ts';
import { idOf, points, requestId, text, timestamp, units, won } from './fields.ts';

const orderId = newId('ord');

describe.each<[string, z.ZodType, readonly unknown[], readonly unknown[]]>([
  ['requestId', requestId, ['a', 'x'.repeat(64), '~!@'], ['', 'x'.repeat(65), 'a b', '한', 'a\n']],
  [
    'idOf(ord)',
    idOf('ord'),
    [orderId],
    ['', 'ord_1', newId('usr'), orderId.toLowerCase(), `${orderId}0`, orderId.replace(/.$/, 'U')],
  ],
  ['won', won, [1, 1_000_000_000], [0, -1, 1.5, 1_000_000_001, Number.NaN, '1']],
  ['points', points, [1, 1_000_000_000], [0, -1, 1.5, 1_000_000_001]],
  ['units', units, [1, 999], [0, -1, 0.5]],
  ['timestamp', timestamp, [new Date(0)], [new Date(Number.NaN), 0, '2026-01-01', undefined]],
])('%s', (_name, field, good, bad) => {
  it.each(good)('takes %p', (value) => {
    expect(field.safeParse(value).success).toBe(true);
  });

  it.each(bad)('refuses %p', (value) => {
    expect(field.safeParse(value).success).toBe(false);
  });
});

it('a timestamp is epoch milliseconds from there on', () => {
  expect(timestamp.parse(new Date(1_234))).toBe(1_234);
});

describe('text', () => {
  const field = text(1, 5);

  it.each([
    ['without the spaces around it', '  감귤 ', '감귤'],
    ['in one form, however it was typed', '\u1100\u1161', '가'],
    ['with line breaks inside', 'a\nb', 'a\nb'],
    ['up to its length after that', ' 12345 ', '12345'],
  ])('is taken %s', (_how, given, taken) => {
    expect(field.parse(given)).toBe(taken);
  });

  it.each([
    ['nothing but spaces', '   '],
    ['more than its length', '123456'],
    ['a null character', 'a\u0000b'],
    ['a tab', 'a\tb'],
    ['a carriage return', 'a\rb'],
    ['an escape', 'a\u001bb'],
    ['a delete', 'a\u007fb'],
  ])('is refused with %s', (_what, given) => {
    expect(field.safeParse(given).success).toBe(false);
  });

  it('may be empty where that is allowed', () => {
    expect(text(0, 5).parse(' ')).toBe('');
  });
});
