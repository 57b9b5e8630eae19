import { closedLoop, median, medianRatio, type Round, summarise } from '../kit/measure.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import type { Stage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import type { Baseline } from './baseline.ts';
import { batchSizes } from './batch-sizes.ts';
import { calibrate, calibrateBatch } from './calibrate.ts';
import { openConditional } from './conditional.ts';
import { openOurs } from './ours.ts';
import { runRawBatch } from './raw-batch.ts';
import { openRowLock } from './row-lock.ts';
import { oneUnitOf, openShop, plenty } from './shop.ts';

const rounds = 5;
const seconds = 1.2;
/** Buyers who wait for an answer at any time, in the rooms of two processes. */
export const buyers = 1_500;
export const roomProcesses = 2;

/** Everybody wants the same SKU, and there is enough of it. */
export async function runHotSku(stage: Stage) {
  const url = stage.databaseUrl;
  const [theirs, shop] = [await openShop(stage.clients, hot), await openShop(stage.clients, hot)];
  const lines = oneUnitOf(theirs);
  const rowBest = await calibrate(openRowLock, url, theirs, () => lines);
  const conditionalBest = await calibrate(openConditional, url, theirs, () => lines);
  const batch = await calibrateBatch(url, theirs);
  const rowLock = await openRowLock({ url, shop: theirs, ...rowBest });
  const conditional = await openConditional({ url, shop: theirs, ...conditionalBest });
  const ours = openOurs(stage.clients, shop, roomProcesses);
  const ourLines = oneUnitOf(shop);
  const sellOurs = async (worker: number) => {
    if (!(await ours.sell(worker, ourLines))) throw new Error('plenty ran out');
  };
  await closedLoop({ seconds: 2, workers: buyers, once: sellOurs });

  const series: Record<'rowLock' | 'conditional' | 'raw' | 'ours', Measured[]> = {
    rowLock: [],
    conditional: [],
    raw: [],
    ours: [],
  };
  for (let round = 0; round < rounds; round += 1) {
    const sell = (baseline: Baseline, workers: number) =>
      closedLoop({
        seconds,
        workers,
        once: async (worker) => void (await baseline.sell(worker, lines)),
      });
    series.rowLock.push(await withCpu(stage, () => sell(rowLock, rowBest.connections)));
    series.ours.push(
      await withCpu(stage, () => closedLoop({ seconds, workers: buyers, once: sellOurs })),
    );
    series.conditional.push(
      await withCpu(stage, () => sell(conditional, conditionalBest.connections)),
    );
    series.raw.push(await withCpu(stage, () => runRawBatch({ url, shop: theirs, batch, seconds })));
  }
  await Promise.all([rowLock.close(), conditional.close()]);

  printTable(`one hot SKU, ${rounds} rounds of ${seconds} s`, [
    rowOf(`row-lock (${rowBest.connections} connections, ${rowBest.protocol})`, series.rowLock),
    rowOf(
      `conditional (${conditionalBest.connections} connections, ${conditionalBest.protocol})`,
      series.conditional,
    ),
    rowOf(`raw-batch (of ${batch}; latency of a batch)`, series.raw),
    rowOf(`ours (${buyers} buyers at once)`, series.ours),
  ]);
  const sizes = await batchSizes(url, shop.broadcastId);
  console.log(`  orders by the size of their transaction: ${JSON.stringify(sizes)}`);
  const perS = (measured: readonly Measured[]) => measured.map(({ round }) => round.perS);
  const { perS: ordersPerS, p50Ms, p99Ms } = summarise(series.ours.map(({ round }) => round));
  return {
    ratios: {
      vsRowLock: medianRatio(perS(series.ours), perS(series.rowLock)),
      vsConditional: medianRatio(perS(series.ours), perS(series.conditional)),
      vsRawBatch: medianRatio(perS(series.ours), perS(series.raw)),
    },
    figures: {
      ...{ ordersPerS, p50Ms, p99Ms },
      rowLockPerS: summarise(series.rowLock.map(({ round }) => round)).perS,
      rawBatchPerS: summarise(series.raw.map(({ round }) => round)).perS,
      batchSizes: sizes,
    },
  };
}

const hot = { skus: 1, units: plenty };

interface Measured {
  readonly round: Round;
  /** Microseconds of processor for each order, by process. */
  readonly cpu: { readonly services: number; readonly database: number; readonly load: number };
}

async function withCpu(stage: Stage, run: () => Promise<Round>): Promise<Measured> {
  const pids = [stage.servicePid, stage.databasePid, process.pid];
  const before = pids.map(cpuMsOf);
  const round = await run();
  const [services = 0, database = 0, load = 0] = pids.map((pid, i) =>
    Math.round(((cpuMsOf(pid) - (before[i] ?? 0)) * 1_000) / round.done),
  );
  return { round, cpu: { services, database, load } };
}

function rowOf(name: string, measured: readonly Measured[]) {
  const { perS, p50Ms, p99Ms } = summarise(measured.map(({ round }) => round));
  const cpu = (of: keyof Measured['cpu']) => median(measured.map((one) => one.cpu[of]));
  return {
    '': name,
    'orders/s': perS,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    'services µs/order': cpu('services'),
    'database µs/order': cpu('database'),
    'load µs/order': cpu('load'),
  };
}
