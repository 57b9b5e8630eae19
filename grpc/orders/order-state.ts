import { InvalidState } from '../../common/errors/index.ts';

/** Every state of an order. */
export const orderStatuses = [
  'awaiting_payment',
  'payment_processing',
  'paid',
  'cancelled',
  'expired',
  'refunding',
  'refunded',
] as const;

/** One of {@link orderStatuses}. */
export type OrderStatus = (typeof orderStatuses)[number];

/** Who may cause a transition: people, the clock, or the payment of the order. */
export type OrderCause = 'buyer' | 'admin' | 'deadline' | 'payment';

/** What happens to the order's stock and its units of a deal when it gets there. */
export type StockEffect = 'none' | 'release' | 'sell' | 'return';

interface Transition {
  readonly by: readonly OrderCause[];
  readonly stock: StockEffect;
}

/**
 * From, to, who may, and what the stock does. An order whose payment is under way can neither
 * expire nor be cancelled: money may already have moved.
 */
export const orderTransitions: Readonly<
  Record<OrderStatus, Readonly<Partial<Record<OrderStatus, Transition>>>>
> = {
  awaiting_payment: {
    payment_processing: { by: ['payment'], stock: 'none' },
    cancelled: { by: ['buyer', 'admin'], stock: 'release' },
    expired: { by: ['deadline'], stock: 'release' },
  },
  payment_processing: {
    paid: { by: ['payment'], stock: 'sell' },
    awaiting_payment: { by: ['payment'], stock: 'none' },
    expired: { by: ['payment'], stock: 'release' },
  },
  paid: { refunding: { by: ['buyer', 'admin'], stock: 'none' } },
  refunding: { refunded: { by: ['payment'], stock: 'return' } },
  cancelled: {},
  expired: {},
  refunded: {},
};

/** Why an order can't make a transition, or not by this cause; undefined if it can. */
export function refuseOrderTransition(
  from: OrderStatus,
  to: OrderStatus,
  by: OrderCause,
): InvalidState | undefined {
  return orderTransitions[from][to]?.by.includes(by) ? undefined : cannotBecome(from, to, by);
}

/**
 * What a transition does to stock.
 * @throws InvalidState when the table does not know it, or not by this cause
 */
export function assertOrderTransition(
  from: OrderStatus,
  to: OrderStatus,
  by: OrderCause,
): StockEffect {
  const transition = orderTransitions[from][to];
  if (transition?.by.includes(by)) return transition.stock;
  throw cannotBecome(from, to, by);
}

function cannotBecome(from: OrderStatus, to: OrderStatus, by: OrderCause): InvalidState {
  return new InvalidState('order', from, `an order that is ${from} can't become ${to} by ${by}`);
}
