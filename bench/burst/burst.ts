import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { hireCast } from '../kit/cast.ts';
import { latencyHistogram, median, medianRatio, round2 } from '../kit/measure.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { calibrate } from './calibrate.ts';
import { type Played, play, verifyBooks } from './play.ts';
import { raiseStack, type Stack } from './stack.ts';

const viewers = 2_000;
const scarceUnits = 500;

type Series = Record<'full' | 'scarce', Played[]>;

/**
 * 2,000 viewers of one room order at once: 2,000 units, then 500. Ours against rooms whose services
 * run a transaction an order. `--rounds N` measures each N times.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: 'string', default: '5' } },
  });
  const dir = makeTempDir('burst');
  const database = await startMariaDb({
    args: ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=512M'],
  });
  const stacks: Stack[] = [];
  try {
    const connections = await calibrate(dir, await database.createDatabase('calibration'));
    const cast = await hireCast(viewers);
    const rowLock = await raiseStack({
      ...{ kind: 'row-lock', dir, cast, databaseUrl: await database.createDatabase('rowlock') },
      env: { DATABASE_POOL: String(connections) },
    });
    stacks.push(rowLock);
    const ours = await raiseStack({ kind: 'ours', dir, cast, databaseUrl: database.url });
    stacks.push(ours);
    for (const { name, seatedInS } of stacks) {
      console.log(`${name}: ${viewers} viewers took their seats in ${seatedInS.toFixed(1)} s`);
    }
    const theirs = `row-lock room (${connections} connections)`;
    const measured = await measure(ours, rowLock, Number(values.rounds), database.pid);
    for (const stack of stacks) await verifyBooks(stack);
    return report(measured.ours, measured.rowLock, theirs);
  } finally {
    for (const stack of stacks) await stack.stop();
    await database.stop();
    await removeTempDir(dir);
  }
}

/** One after the other, so that what else the machine does weighs on both. */
async function measure(ours: Stack, rowLock: Stack, rounds: number, databasePid: number) {
  const series = {
    ours: { full: [], scarce: [] } as Series,
    rowLock: { full: [], scarce: [] } as Series,
  };
  for (let round = 0; round <= rounds; round += 1) {
    for (const [kind, units] of [
      ['full', viewers],
      ['scarce', scarceUnits],
    ] as const) {
      const theirs = await play(rowLock, units, databasePid);
      const own = await play(ours, units, databasePid);
      // The first round warmed up.
      if (round === 0) continue;
      series.rowLock[kind].push(theirs);
      series.ours[kind].push(own);
    }
  }
  return series;
}

function report(ours: Series, rowLock: Series, theirs: string): BenchResult {
  printTable(`${viewers} viewers order at once, ${ours.full.length} rounds`, [
    rowOf(`ours, ${viewers} units`, ours.full),
    rowOf(`${theirs}, ${viewers} units`, rowLock.full),
    rowOf(`ours, ${scarceUnits} units`, ours.scarce),
    rowOf(`${theirs}, ${scarceUnits} units`, rowLock.scarce),
  ]);
  const lastOf = (played: readonly Played[]) => played.map((one) => one.lastAnswerMs);
  const soldOf = (played: readonly Played[]) => played[0]?.sold;
  const all = [...ours.full, ...ours.scarce, ...rowLock.full, ...rowLock.scarce];
  const full = summaryOf(ours.full);
  const scarce = summaryOf(ours.scarce);
  return {
    ratios: {
      vsRowLockRoom: medianRatio(lastOf(rowLock.full), lastOf(ours.full)),
      vsRowLockRoomScarce: medianRatio(lastOf(rowLock.scarce), lastOf(ours.scarce)),
    },
    figures: {
      ordersPerS: ordersPerS(ours.full),
      ...full,
      scarceLastAnswerMs: scarce.lastAnswerMs,
      scarceP99Ms: scarce.p99Ms,
      rowLockLastAnswerMs: summaryOf(rowLock.full).lastAnswerMs,
      worstLastAnswerMs: Math.round(Math.max(...lastOf([...ours.full, ...ours.scarce]))),
      soldFull: soldOf(ours.full),
      soldScarce: soldOf(ours.scarce),
      oversold: all.reduce((sum, one) => sum + one.oversold, 0),
      viewers,
      othersTookPercent: Math.round(median(all.map((one) => one.othersPercent))),
    },
  };
}

/** Orders of a rush in the time to its last answer. */
function ordersPerS(played: readonly Played[]): number {
  return Math.round(median(played.map((one) => (1_000 * one.sold) / one.lastAnswerMs)));
}

function summaryOf(played: readonly Played[]) {
  const latencies = latencyHistogram();
  for (const one of played) latencies.add(one.latencies);
  return {
    lastAnswerMs: Math.round(median(played.map((one) => one.lastAnswerMs))),
    p50Ms: round2(latencies.getValueAtPercentile(50) / 1_000),
    p99Ms: round2(latencies.getValueAtPercentile(99) / 1_000),
  };
}

function rowOf(name: string, played: readonly Played[]) {
  const { lastAnswerMs, p50Ms, p99Ms } = summaryOf(played);
  const middle = (of: (one: Played) => number) => Math.round(median(played.map(of)));
  return {
    '': name,
    'last answer ms': lastAnswerMs,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    sold: [...new Set(played.map((one) => one.sold))].join('/'),
    oversold: Math.max(...played.map((one) => one.oversold)),
    'asked again': middle((one) => one.askedAgain),
    'all sent in ms': middle((one) => one.sentMs),
    'load CPU ms': middle((one) => one.cpu.load),
    'rooms CPU ms': middle((one) => one.cpu.realtime),
    'services CPU ms': middle((one) => one.cpu.services),
    'database CPU ms': middle((one) => one.cpu.database),
    'others took %': middle((one) => one.othersPercent),
  };
}
