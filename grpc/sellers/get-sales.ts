import { type Actor, mayActFor } from '../../common/auth/index.ts';
import { PermissionDenied } from '../../common/errors/index.ts';
import type { Sales, SalesGrouping, SalesOf } from '../orders/index.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { daysBetween, startOfDay } from './seoul-days.ts';

/** Whose sales, of which days, apart by what. */
export interface GetSalesInput {
  readonly sellerId: string;
  /** First day in Korea, as 2026-01-31. */
  readonly from: string;
  /** Last day, included. */
  readonly to: string;
  readonly by: SalesGrouping;
}

/** Sales of one day, product or broadcast. */
export interface SalesItem extends Sales {
  /** The day, or the id of the product or broadcast. */
  readonly key: string;
  /** What the product or broadcast is called now; empty for a day. */
  readonly name: string;
}

/** The sales of a period. */
export interface SalesReport {
  readonly total: Sales;
  readonly items: readonly SalesItem[];
}

/** Products or broadcasts in one report; the total has all of them. */
export const maxItems = 100;

const nothing: Sales = {
  gross: 0,
  refunded: 0,
  orders: 0,
  refundedOrders: 0,
  units: 0,
  refundedUnits: 0,
  buyers: 0,
};

/**
 * What a seller sold: for that seller and for admins. By day every day of the period is answered,
 * by product or broadcast the hundred that brought most.
 * @throws PermissionDenied
 */
export async function getSales(
  deps: SellersDeps,
  actor: Actor,
  { sellerId, from, to, by }: GetSalesInput,
): Promise<SalesReport> {
  if (!mayActFor(actor, sellerId)) throw new PermissionDenied('not your sales');
  const days = daysBetween(from, to);
  const period = { sellerId, from: startOfDay(from), to: startOfDay(to) + 86_400_000 };
  const limit = by === 'day' ? days.length : maxItems;
  const [total, found] = await Promise.all([
    deps.orders.sales(period),
    deps.orders.salesBy(period, by, limit),
  ]);
  if (by !== 'day') return { total, items: await named(deps, by, found) };
  const byDay = new Map(found.map(({ key, ...sales }) => [key, sales]));
  const items = days.map((day) => {
    return { ...(byDay.get(startOfDay(day)) ?? nothing), key: day, name: '' };
  });
  return { total, items };
}

async function named(
  { catalog, broadcasts }: SellersDeps,
  by: 'product' | 'broadcast',
  found: readonly SalesOf[],
): Promise<SalesItem[]> {
  const ids = found.map(({ key }) => String(key));
  const names =
    by === 'product'
      ? new Map((await catalog.readProducts(ids)).map(({ id, name }) => [id, name]))
      : await broadcasts.titlesOf(ids);
  return found.map((sales) => {
    const key = String(sales.key);
    return { ...sales, key, name: names.get(key) ?? '' };
  });
}
