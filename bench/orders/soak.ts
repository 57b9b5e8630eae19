import { median } from '../kit/measure.ts';
import { rssMbOf } from '../kit/process-usage.ts';
import type { Stage } from '../kit/stage.ts';
import type { BenchResult } from '../run.ts';
import { buyers, roomProcesses } from './hot-sku.ts';
import { openOurs } from './ours.ts';
import { oneUnitOf, openShop, plenty } from './shop.ts';

/** Samples of memory over the whole run. */
const samples = 40;

/** Places `orders` orders and watches the memory of the services, which must stay flat. */
export async function runSoak(stage: Stage, orders: number): Promise<BenchResult> {
  const shop = await openShop(stage.clients, { skus: 1, units: plenty });
  const ours = openOurs(stage.clients, shop, roomProcesses);
  const lines = oneUnitOf(shop);
  const rssMb: number[] = [];
  const startedAt = performance.now();
  let begun = 0;
  let done = 0;
  const buy = async (worker: number) => {
    while (begun < orders) {
      begun += 1;
      await ours.sell(worker, lines);
      done += 1;
      if (done % Math.ceil(orders / samples) === 0) {
        rssMb.push(rssMbOf(stage.servicePid));
        console.log(`  ${String(done).padStart(9)} orders  ${rssMb.at(-1)} MB`);
      }
    }
  };
  await Promise.all(Array.from({ length: buyers }, (_, worker) => buy(worker)));
  const quarter = Math.max(1, Math.floor(rssMb.length / 4));
  // The first sample is of a process that still warms up.
  const first = median(rssMb.slice(1, 1 + quarter));
  const last = median(rssMb.slice(-quarter));
  const perS = Math.round((done * 1_000) / (performance.now() - startedAt));
  return {
    ratios: { rssLastVsFirstQuarter: Math.round((100 * last) / first) / 100 },
    figures: { orders: done, ordersPerS: perS, rssFirstQuarterMb: first, rssLastQuarterMb: last },
  };
}
