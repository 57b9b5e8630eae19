import { until } from '../../test/kit/until.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { layOut } from './goods.ts';
import { type Rush, rush } from './rush.ts';
import type { Stack } from './stack.ts';

/** A rush and what the books say of it. */
export interface Played extends Rush {
  /** Units that the database holds for buyers. */
  readonly sold: number;
  readonly oversold: number;
  /** Milliseconds of processor that each process took. */
  readonly cpu: Readonly<Record<'load' | 'realtime' | 'services' | 'database', number>>;
}

/**
 * Everyone in the room orders one unit of a new product that has `units` of them.
 * @throws Error when an answer or the stock is not what it has to be
 */
export async function play(stack: Stack, units: number, databasePid: number): Promise<Played> {
  const { services, realtime, show, crowd } = stack;
  const goods = await layOut(services.clients, show, units);
  await until('the room shows the deal', () => crowd.remaining(goods.dealId) === units);
  const pids = [process.pid, realtime.pid, services.pid, databasePid];
  const before = pids.map(cpuMsOf);
  const result = await rush(crowd.rooms, goods);
  const used = pids.map((pid, i) => cpuMsOf(pid) - (before[i] ?? 0));
  const [load = 0, rooms = 0, grpc = 0, database = 0] = used;

  const { catalog } = services.clients.as({ actor: show.seller });
  const { skus } = await catalog.getProduct({ productId: goods.productId });
  const stock = skus[0]?.stock;
  if (stock === undefined) throw new Error('the stock is gone');
  const orders = new Set(result.orderIds).size;
  const sold = stock.held + stock.sold;
  const expected = Math.min(units, crowd.rooms.length);
  const told = JSON.stringify({ orders, stock, refusals: result.refusals });
  if (sold !== orders || sold !== expected || stock.available !== units - sold) {
    throw new Error(`${stack.name}: ${units} units came to ${told}`);
  }
  if ((result.refusals.SOLD_OUT ?? 0) !== crowd.rooms.length - expected) {
    throw new Error(`${stack.name}: those without a unit were not told SOLD_OUT: ${told}`);
  }
  await until('the room shows what is left', () => {
    return crowd.remaining(goods.dealId) === units - sold;
  });
  return {
    ...result,
    sold,
    oversold: Math.max(0, sold - units, orders - units),
    cpu: { load, realtime: rooms, services: grpc, database },
  };
}

/** @throws Error naming every difference in the books */
export async function verifyBooks({ name, services }: Stack): Promise<void> {
  const { audits } = services.clients.as({
    actor: { kind: 'user', userId: 'usr_admin', sessionId: '', name: 'admin', roles: ['admin'] },
  });
  const { differences, pointsTotal } = await audits.verifyBooks({}, { deadline: 120_000 });
  if (differences.length > 0 || pointsTotal !== 0) {
    throw new Error(`${name}: the books differ: ${differences.slice(0, 20).join('; ')}`);
  }
}
