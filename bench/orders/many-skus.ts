import { deadlocksSoFar } from '../kit/deadlocks.ts';
import { closedLoop, medianRatio, type Round, summarise } from '../kit/measure.ts';
import type { Stage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import { calibrate } from './calibrate.ts';
import { buyers, roomProcesses } from './hot-sku.ts';
import { openOurs } from './ours.ts';
import { openRowLock } from './row-lock.ts';
import type { Line } from './rows.ts';
import { openShop, plenty, type Shop } from './shop.ts';

const rounds = 4;
const seconds = 1.2;
const skus = 50;

/** Baskets of one to four of fifty SKUs. An error that reaches a buyer fails the benchmark. */
export async function runManySkus(stage: Stage) {
  const url = stage.databaseUrl;
  const shop = await openShop(stage.clients, { skus, units: plenty });
  const best = await calibrate(openRowLock, url, shop, () => basket(shop));
  const rowLock = await openRowLock({ url, shop, ...best });
  const ours = openOurs(stage.clients, shop, roomProcesses);
  const sellers = { rowLock: { seller: rowLock, workers: best.connections } } as const;
  const parts = { ...sellers, ours: { seller: ours, workers: buyers } } as const;
  const series = { rowLock: [] as Round[], ours: [] as Round[] };
  let oursMet = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['rowLock', 'ours'] as const) {
      const { seller, workers } = parts[name];
      const once = async (worker: number) => {
        if (!(await seller.sell(worker, basket(shop)))) throw new Error('plenty ran out');
      };
      const before = await deadlocksSoFar(url);
      series[name].push(await closedLoop({ seconds, workers, once }));
      if (name === 'ours') oursMet += (await deadlocksSoFar(url)) - before;
    }
  }
  await rowLock.close();
  printTable(`baskets of 1 to 4 of ${skus} SKUs, ${rounds} rounds of ${seconds} s`, [
    {
      '': `row-lock (${best.connections} connections, ${best.protocol})`,
      ...columnsOf(series.rowLock),
      'deadlocks met': rowLock.deadlocks,
    },
    {
      '': `ours (${buyers} buyers at once)`,
      ...columnsOf(series.ours),
      'deadlocks met': oursMet,
    },
  ]);
  const perS = (of: readonly Round[]) => of.map((round) => round.perS);
  return {
    ratios: { manySkusVsRowLock: medianRatio(perS(series.ours), perS(series.rowLock)) },
    figures: { manySkusPerS: summarise(series.ours).perS },
  };
}

function columnsOf(rounds: readonly Round[]) {
  const { perS, p50Ms, p99Ms } = summarise(rounds);
  return { 'orders/s': perS, 'p50 ms': p50Ms, 'p99 ms': p99Ms };
}

/** One to four different SKUs, one to three units of each. */
function basket(shop: Shop): readonly Line[] {
  const lines = 1 + Math.floor(Math.random() * 4);
  const first = Math.floor(Math.random() * shop.goods.length);
  return Array.from({ length: lines }, (_, i) => {
    const good = shop.goods[(first + i * 13) % shop.goods.length];
    if (good === undefined) throw new Error('the shop is empty');
    return { good, quantity: 1 + Math.floor(Math.random() * 3) };
  });
}
