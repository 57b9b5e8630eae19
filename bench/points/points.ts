import { bestOf } from '../kit/best-of.ts';
import type { Protocol } from '../kit/connections.ts';
import { closedLoop, medianRatio, type Round, summarise } from '../kit/measure.ts';
import { type Stage, startStage } from '../kit/stage.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { openOurs } from './ours.ts';
import { openRowLock } from './row-lock.ts';
import { checkBooks, openWallets, type Wallet } from './wallets.ts';

const rounds = 5;
const seconds = 1.5;
const accounts = 10_000;
/** Spenders who wait for an answer at any time. */
const spenders = 1_500;

/** Spends of points by ten thousand users; each spend is a hold and a post, which pays `sales`. */
export async function run(): Promise<BenchResult> {
  const stage = await startStage();
  try {
    return await measure(stage);
  } finally {
    await stage.stop();
  }
}

async function measure({ databaseUrl: url, clients }: Stage): Promise<BenchResult> {
  const wallets = await openWallets(url, accounts);
  const best = await calibrate(url, wallets);
  const rowLock = await openRowLock({ url, ...best });
  const ours = openOurs(clients);
  const spendOurs = () => ours.spend(anyOf(wallets), 1);
  await closedLoop({ seconds: 2, workers: spenders, once: spendOurs });
  const series = { rowLock: [] as Round[], ours: [] as Round[] };
  for (let round = 0; round < rounds; round += 1) {
    const spend = (worker: number) => rowLock.spend(worker, anyOf(wallets), 1);
    series.rowLock.push(await closedLoop({ seconds, workers: best.connections, once: spend }));
    series.ours.push(await closedLoop({ seconds, workers: spenders, once: spendOurs }));
  }
  await rowLock.close();
  await checkBooks(url);

  printTable(`points, ${accounts} accounts, ${rounds} rounds of ${seconds} s`, [
    {
      '': `row-lock (${best.connections} connections, ${best.protocol})`,
      ...columnsOf(series.rowLock),
    },
    { '': `ours (${spenders} spenders at once)`, ...columnsOf(series.ours) },
  ]);
  const perS = (of: readonly Round[]) => of.map((round) => round.perS);
  const { perS: spendsPerS, p50Ms, p99Ms } = summarise(series.ours);
  return {
    ratios: { vsRowLock: medianRatio(perS(series.ours), perS(series.rowLock)) },
    figures: {
      // What one waits for here is a spend, which stands where others have their orders.
      ...{ ordersPerS: spendsPerS, spendsPerS, p50Ms, p99Ms },
      rowLockPerS: summarise(series.rowLock).perS,
    },
  };
}

interface Choice {
  readonly protocol: Protocol;
  readonly connections: number;
}

async function calibrate(url: string, wallets: readonly Wallet[]) {
  const speedOf = async (choice: Choice) => {
    const baseline = await openRowLock({ url, ...choice });
    const once = (worker: number) => baseline.spend(worker, anyOf(wallets), 1);
    const { perS } = await closedLoop({ seconds: 0.7, workers: choice.connections, once });
    await baseline.close();
    return perS;
  };
  const protocols = ['execute', 'query'] as const;
  const protocol = await bestOf(protocols, (one) => speedOf({ protocol: one, connections: 16 }));
  const connections = await bestOf([8, 16, 32], (count) => {
    return speedOf({ protocol, connections: count });
  });
  return { protocol, connections };
}

function columnsOf(of: readonly Round[]) {
  const { perS, p50Ms, p99Ms } = summarise(of);
  return { 'spends/s': perS, 'p50 ms': p50Ms, 'p99 ms': p99Ms };
}

function anyOf(wallets: readonly Wallet[]): Wallet {
  const wallet = wallets[Math.floor(Math.random() * wallets.length)];
  if (wallet === undefined) throw new Error('no wallets');
  return wallet;
}
