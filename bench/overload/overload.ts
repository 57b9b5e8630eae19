import { closedLoop } from '../kit/measure.ts';
import { type Stage, startStage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import { openOurs } from '../orders/ours.ts';
import { oneUnitOf, openShop, plenty } from '../orders/shop.ts';
import type { BenchResult } from '../run.ts';
import { offerOrders } from './offer-orders.ts';

/** Orders that may wait in the services: half a second of work or so. */
const queueLimit = 3_000;
const seconds = 8;

/**
 * Twice as many orders as the services can take, offered whether or not they keep up: what is
 * accepted is answered soon, the rest is told at once when to come back, and memory stays bounded.
 */
export async function run(): Promise<BenchResult> {
  const stage = await startStage({ QUEUE_LIMIT: String(queueLimit) });
  try {
    return await measure(stage);
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage): Promise<BenchResult> {
  const shop = await openShop(stage.clients, { skus: 1, units: plenty });
  const ours = openOurs(stage.clients, shop, 2);
  const once = async (worker: number) => void (await ours.sell(worker, oneUnitOf(shop)));
  await closedLoop({ seconds: 3, workers: 1_500, once });
  const sustainablePerS = Math.round((await closedLoop({ seconds: 3, workers: 1_500, once })).perS);
  const offered = await offerOrders(stage, shop, { perS: 2 * sustainablePerS, seconds });
  const figures = { sustainablePerS, queueLimit, ...offered };
  printTable(`twice what can be sold, for ${seconds} s`, [figures]);
  return {
    ratios: {
      acceptedVsSustainable: Math.round((100 * offered.acceptedPerS) / sustainablePerS) / 100,
    },
    figures,
  };
}
