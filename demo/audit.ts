import { unwrap } from '../api/client/index.ts';
import { inParallel } from './in-parallel.ts';
import type { Person } from './people.ts';
import type { Win } from './sale.ts';
import type { Seat } from './seat.ts';
import { type Broadcast, readBroadcast, type Stage } from './stage.ts';

/** What the books say after the sale. Empty problems mean that every invariant holds. */
export interface Audit {
  readonly sold: number;
  readonly oversold: number;
  readonly problems: readonly string[];
}

/** Compares what buyers were told with what the database holds. */
export async function audit(play: {
  readonly stage: Stage;
  readonly seller: Person;
  readonly admin: Person;
  readonly paid: readonly Win[];
  readonly unpaid: readonly Win[];
  readonly units: number;
}): Promise<Audit> {
  const { stage, seller, admin, paid, unpaid, units } = play;
  const broadcast = await readBroadcast(seller, stage);
  const { sold, problems } = checkStock(broadcast, units);
  const orders = await checkOrders(paid, unpaid);
  const books = await unwrap(admin.rest.GET('/v1/audits/books'));
  return {
    sold,
    oversold: Math.max(0, sold - units, orders.paidOrders - units),
    problems: [
      ...problems,
      ...orders.problems,
      ...books.differences.map((difference) => `books: ${difference}`),
      ...(books.pointsTotal === 0 ? [] : [`points sum to ${books.pointsTotal}, not to zero`]),
    ],
  };
}

function checkStock(broadcast: Broadcast, units: number): { sold: number; problems: string[] } {
  const stock = broadcast.products[0]?.product.skus[0]?.stock;
  if (stock === undefined) return { sold: 0, problems: ['the broadcast shows no stock'] };
  const { sold, available, held, received, adjustedOut } = stock;
  const problems: string[] = [];
  if (sold + available + held !== received - adjustedOut) {
    problems.push(`stock: ${sold} sold + ${available} available + ${held} held is not ${received}`);
  }
  if (sold > units) problems.push(`stock: ${sold} of ${units} units were sold`);
  return { sold, problems };
}

/** Every payment has its order, and every order is what its buyer was told. */
async function checkOrders(
  paid: readonly Win[],
  unpaid: readonly Win[],
): Promise<{ paidOrders: number; problems: string[] }> {
  const expected = [
    ...paid.map((win) => ({ win, status: 'paid', captured: 1 })),
    ...unpaid.map((win) => ({ win, status: 'expired', captured: 0 })),
  ];
  const found = await inParallel(expected, 12, async ({ win, status, captured }) => {
    const path = { orderId: win.order.orderId };
    const { rest } = win.person;
    const order = await unwrap(rest.GET('/v1/orders/{orderId}', { params: { path } }));
    const payments = await unwrap(rest.GET('/v1/orders/{orderId}/payments', { params: { path } }));
    const taken = payments.items.filter((payment) => payment.status === 'captured');
    const problems: string[] = [];
    if (order.status !== status) problems.push(`${order.number} is ${order.status}, not ${status}`);
    if (taken.length !== captured) problems.push(`${order.number} was paid ${taken.length} times`);
    if (taken.some((payment) => payment.amount !== order.amount)) {
      problems.push(`${order.number} was paid another amount`);
    }
    return { problems, paid: order.status === 'paid' };
  });
  return {
    paidOrders: found.filter((one) => one.paid).length,
    problems: found.flatMap((one) => one.problems),
  };
}

/** Every client's last state equals the database's. */
export function checkScreens(
  broadcast: Broadcast,
  newestSeq: number,
  seats: readonly Seat[],
): string[] {
  const truth = {
    status: broadcast.status,
    dealRemaining: broadcast.deals[0]?.remaining,
    available: broadcast.products[0]?.product.skus[0]?.stock.available,
    lastSeq: newestSeq,
  };
  const wrong = seats.filter((seat) => {
    const { status, dealRemaining, available, lastSeq: seq } = seat.screen();
    return (
      status !== truth.status ||
      dealRemaining !== truth.dealRemaining ||
      available !== truth.available ||
      seq !== truth.lastSeq
    );
  });
  const [first] = wrong;
  if (first === undefined) return [];
  const shown = JSON.stringify(first.screen());
  return [`${wrong.length} screens differ from ${JSON.stringify(truth)}, e.g. ${shown}`];
}

/** Number of the newest chat message in the database. */
export async function lastSeq({ rest }: Person, { broadcastId }: Stage): Promise<number> {
  const page = await unwrap(
    rest.GET('/v1/broadcasts/{broadcastId}/messages', {
      params: { path: { broadcastId }, query: { limit: 1 } },
    }),
  );
  return page.lastSeq;
}
