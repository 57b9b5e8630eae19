import { until } from '../../test/kit/until.ts';
import { asAdmin } from '../kit/people.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { type Goods, layOut } from './goods.ts';
import { machineUsage, othersPercent } from './machine-usage.ts';
import { type Rush, rush } from './rush.ts';
import type { Stack } from './stack.ts';

/** A rush and what the books say of it. */
export interface Played extends Rush {
  /** Units that the database holds for buyers. */
  readonly sold: number;
  readonly oversold: number;
  /** Milliseconds of processor that each process took. */
  readonly cpu: Readonly<Record<'load' | 'realtime' | 'services' | 'database', number>>;
  /** Percent of the machine that was not ours meanwhile. */
  readonly othersPercent: number;
}

/** Milliseconds for the services to catch up after a rush. */
const patienceMs = 60_000;

/**
 * Everyone in the room orders one unit of a new product that has `units` of them.
 * @throws Error when an answer or the stock is not what it has to be
 */
export async function play(stack: Stack, units: number, databasePid: number): Promise<Played> {
  const { services, realtime, show, crowd } = stack;
  const goods = await layOut(services.clients, show, units);
  await until('the room shows the deal', () => crowd.remaining(goods.dealId) === units, {
    timeoutMs: patienceMs,
  });
  const pids = [process.pid, realtime.pid, services.pid, databasePid];
  const machine = machineUsage();
  const before = pids.map(cpuMsOf);
  const result = await rush(crowd.rooms, goods);
  const used = pids.map((pid, i) => cpuMsOf(pid) - (before[i] ?? 0));
  const ownMs = used.reduce((sum, ms) => sum + ms, 0);
  const others = othersPercent(machine, machineUsage(), ownMs);
  const [load = 0, rooms = 0, grpc = 0, database = 0] = used;

  const sold = await checkSale(stack, goods, result);
  await until('the room shows what is left', () => crowd.remaining(goods.dealId) === units - sold, {
    timeoutMs: patienceMs,
  });
  return {
    ...result,
    sold,
    oversold: Math.max(0, sold - units),
    cpu: { load, realtime: rooms, services: grpc, database },
    othersPercent: others,
  };
}

/** Compares what the buyers were told with the stock in the database; answers the units sold. */
async function checkSale(stack: Stack, goods: Goods, told: Rush): Promise<number> {
  const { catalog } = stack.services.clients.as({ actor: stack.show.seller });
  const { productId, units } = goods;
  const { skus } = await catalog.getProduct({ productId }, { deadline: patienceMs });
  const stock = skus[0]?.stock;
  if (stock === undefined) throw new Error('the stock is gone');
  const orders = new Set(told.orderIds).size;
  const sold = stock.held + stock.sold;
  const buyers = stack.crowd.rooms.length;
  const wanted = Math.min(units, buyers);
  const right =
    orders === wanted &&
    told.orderIds.length === wanted &&
    sold === wanted &&
    stock.available === units - wanted &&
    (told.refusals.SOLD_OUT ?? 0) === buyers - wanted;
  if (right) return sold;
  const seen = JSON.stringify({ orders, stock, refusals: told.refusals });
  throw new Error(`${stack.name}: ${buyers} buyers of ${units} units came to ${seen}`);
}

/** @throws Error naming every difference in the books */
export async function verifyBooks({ name, services }: Stack): Promise<void> {
  const { audits } = services.clients.as({
    actor: await asAdmin(services.clients),
  });
  const { differences, pointsTotal } = await audits.verifyBooks({}, { deadline: 120_000 });
  if (differences.length > 0 || pointsTotal !== 0) {
    throw new Error(`${name}: the books differ: ${differences.slice(0, 20).join('; ')}`);
  }
}
