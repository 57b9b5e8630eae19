import { InvalidState } from '../../common/errors/index.ts';
import {
  assertOrderTransition,
  type OrderCause,
  type OrderStatus,
  orderStatuses,
  type StockEffect,
} from './order-state.ts';

const causes: readonly OrderCause[] = ['buyer', 'admin', 'deadline', 'payment'];

const allowed: readonly [OrderStatus, OrderStatus, OrderCause, StockEffect][] = [
  ['awaiting_payment', 'payment_processing', 'payment', 'none'],
  ['awaiting_payment', 'cancelled', 'buyer', 'release'],
  ['awaiting_payment', 'cancelled', 'admin', 'release'],
  ['awaiting_payment', 'expired', 'deadline', 'release'],
  ['payment_processing', 'paid', 'payment', 'sell'],
  ['payment_processing', 'awaiting_payment', 'payment', 'none'],
  ['payment_processing', 'expired', 'payment', 'release'],
  ['paid', 'refunding', 'buyer', 'none'],
  ['paid', 'refunding', 'admin', 'none'],
  ['refunding', 'refunded', 'payment', 'return'],
];

const everything = orderStatuses.flatMap((from) =>
  orderStatuses.flatMap((to) => causes.map((by) => [from, to, by] as const)),
);

describe('an order', () => {
  it.each(allowed)('goes from %s to %s by %s, and its stock: %s', (from, to, by, effect) => {
    expect(assertOrderTransition(from, to, by)).toBe(effect);
  });

  const refused = everything.filter(
    ([from, to, by]) => !allowed.some(([f, t, b]) => f === from && t === to && b === by),
  );

  it('knows no transition beside these', () => {
    expect(refused).toHaveLength(everything.length - allowed.length);
  });

  it.each(refused)('does not go from %s to %s by %s', (from, to, by) => {
    const attempt = () => assertOrderTransition(from, to, by);
    expect(attempt).toThrow(InvalidState);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'INVALID_STATE', details: { what: 'order', state: from } }),
    );
  });

  it.each(['cancelled', 'expired', 'refunded'] as const)('stays %s for good', (end) => {
    for (const to of orderStatuses) {
      for (const by of causes) expect(() => assertOrderTransition(end, to, by)).toThrow();
    }
  });
});
