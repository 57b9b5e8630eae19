import type { Protocol } from '../kit/connections.ts';
import { closedLoop, medianRatio, type Round, summarise } from '../kit/measure.ts';
import type { Stage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import { openOurs } from './ours.ts';
import { openRowLock } from './row-lock.ts';
import { oneUnitOf, openShop, plenty } from './shop.ts';

const rounds = 8;
const seconds = 0.8;
/** Seconds for which each sells before it is measured: cold code takes twice as long an order. */
const warmUpSeconds = 4;
/** Buyers at once who warm the services up before that: they get warm by the number of orders. */
const warmUpBuyers = 50;

/** One buyer at a time: what group commit costs when there is nobody to share a transaction with. */
export async function runIdle(stage: Stage) {
  const shop = await openShop(stage.clients, { skus: 1, units: plenty });
  const lines = oneUnitOf(shop);
  const url = stage.databaseUrl;
  const open = (protocol: Protocol) => openRowLock({ url, shop, connections: 1, protocol });
  const rowLocks = { execute: await open('execute'), query: await open('query') };
  const ours = openOurs(stage.clients, shop, 1);
  const series = { execute: [] as Round[], query: [] as Round[], ours: [] as Round[] };
  const sellers = { ...rowLocks, ours };
  const names = ['execute', 'ours', 'query'] as const;
  const sell = (name: (typeof names)[number], workers: number, forSeconds: number) => {
    const once = async (worker: number) => void (await sellers[name].sell(worker, lines));
    return closedLoop({ seconds: forSeconds, workers, once });
  };
  await sell('ours', warmUpBuyers, warmUpSeconds);
  for (const name of names) await sell(name, 1, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) series[name].push(await sell(name, 1, seconds));
  }
  await Promise.all([rowLocks.execute.close(), rowLocks.query.close()]);
  const medians = (of: readonly Round[]) =>
    of.map((round) => round.latencies.getValueAtPercentile(50));
  const fastest = summarise(series.execute).p50Ms <= summarise(series.query).p50Ms;
  const best = fastest ? 'execute' : 'query';
  printTable(`one buyer at a time, ${rounds} rounds of ${seconds} s`, [
    { '': `row-lock (1 connection, ${best})`, ...latencyOf(series[best]) },
    { '': 'ours', ...latencyOf(series.ours) },
  ]);
  return {
    ratios: { idleLatencyVsRowLock: medianRatio(medians(series.ours), medians(series[best])) },
    figures: { idleP50Ms: summarise(series.ours).p50Ms, idleP99Ms: summarise(series.ours).p99Ms },
  };
}

function latencyOf(rounds: readonly Round[]) {
  const { p50Ms, p99Ms } = summarise(rounds);
  return { 'p50 ms': p50Ms, 'p99 ms': p99Ms };
}
