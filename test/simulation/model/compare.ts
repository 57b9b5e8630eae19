import type { Evidence } from '../platform/evidence.ts';
import type { World } from './world.ts';

/** A sentence for each difference between the world and the database; the first few of them. */
export function differencesOf(world: World, evidence: Evidence): string[] {
  return [
    ...compareStock(world, evidence),
    ...compareSelling(world, evidence),
    ...compareOrders(world, evidence),
    ...comparePoints(world, evidence),
    ...compareJournals(world, evidence),
  ].slice(0, 5);
}

function differs(what: string, model: object | undefined, row: object): string[] {
  if (model === undefined) return [`${what} is in the database, not in the model`];
  return Object.entries(row).flatMap(([name, value]) => {
    const expected: unknown = Reflect.get(model, name);
    if (expected === undefined || expected === value) return [];
    return [`${what}: ${name} is ${String(value)}, should be ${String(expected)}`];
  });
}

function absent(what: string, known: Iterable<string>, found: ReadonlySet<string>): string[] {
  return [...known].filter((id) => !found.has(id)).map((id) => `${what} ${id} is not there`);
}

function compareStock(world: World, { skus, products }: Evidence): string[] {
  return [
    ...skus.flatMap((row) => differs(row.skuId, world.skus.get(row.skuId), row)),
    ...products.flatMap((row) => differs(row.id, world.products.get(row.id), row)),
  ];
}

function compareSelling(world: World, evidence: Evidence): string[] {
  const { broadcasts, shown, deals, buyers } = evidence;
  const productsOf = Map.groupBy(shown, ({ broadcastId }) => broadcastId);
  const asked = new Set(deals.map(({ id }) => id));
  const owned = new Map(buyers.map((row) => [`${row.dealId} ${row.userId}`, row.quantity]));
  return [
    ...broadcasts.flatMap((row) => differs(row.id, world.broadcasts.get(row.id), row)),
    ...broadcasts.flatMap(({ id }) => {
      const found = (productsOf.get(id) ?? []).map(({ productId }) => productId).sort();
      const expected = world.broadcasts.get(id)?.productIds.toSorted() ?? [];
      return found.join() === expected.join()
        ? []
        : [`${id} shows ${found}, should be ${expected}`];
    }),
    ...deals.flatMap((row) => differs(row.id, world.deals.get(row.id), row)),
    ...[...owned].flatMap(([key, quantity]) => {
      const expected = world.buyers.get(key) ?? 0;
      return asked.has(key.split(' ')[0] ?? '') && expected !== quantity
        ? [`${key} owns ${quantity}, should be ${expected}`]
        : [];
    }),
  ];
}

function compareOrders(world: World, { orders, payments }: Evidence): string[] {
  return [
    ...orders.flatMap(({ paymentDeadline, ...row }) =>
      differs(row.id, world.orders.get(row.id), { ...row, deadline: paymentDeadline }),
    ),
    ...payments.flatMap(({ id, orderId, status, version }) =>
      differs(id, world.payments.get(id), { orderId, status, version }),
    ),
  ];
}

function comparePoints(world: World, { accounts, lots }: Evidence): string[] {
  const users = accounts.filter(({ id }) => id.startsWith('usr_'));
  const live = world.lots.values().filter(({ remaining }) => remaining > 0);
  return [
    ...users.flatMap((row) => differs(row.id, world.accounts.get(row.id), row)),
    ...lots.flatMap((row) => differs(`lot ${row.id}`, world.lots.get(row.id), row)),
    ...absent(
      'lot',
      live.map(({ id }) => id),
      new Set(lots.map(({ id }) => id)),
    ),
  ];
}

/** The same rows, in any order. */
function compareJournals(world: World, { journal }: Evidence): string[] {
  const counts = new Map<string, number>();
  for (const line of journal) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of world.journal.values()) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts].flatMap(([line, surplus]) => {
    if (surplus === 0) return [];
    return [
      `journal: "${line}" ${Math.abs(surplus)} times too ${surplus > 0 ? 'often' : 'seldom'}`,
    ];
  });
}
