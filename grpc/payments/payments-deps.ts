import type { DomainDeps } from '../domain-deps.ts';
import type { Orders } from '../orders/index.ts';
import { type PaymentMethod, type PaymentRow, paymentMethods } from './entities.ts';
import type { Provider } from './providers/provider.ts';

/** What payments are made of. */
export interface PaymentsDeps extends DomainDeps {
  readonly orders: Orders;
  readonly providers: Readonly<Record<PaymentMethod, Provider>>;
}

/** Payments by the way they are paid, in a fixed order. */
export function byMethod<Item extends { readonly method: PaymentMethod }>(
  items: readonly Item[],
): [PaymentMethod, Item[]][] {
  const groups = Map.groupBy(items, (item) => item.method);
  return paymentMethods.flatMap((method) => {
    const group = groups.get(method);
    return group === undefined ? [] : [[method, group]];
  });
}

/** The provider of a payment. */
export function providerOf(deps: PaymentsDeps, { method }: Pick<PaymentRow, 'method'>): Provider {
  return deps.providers[method];
}
