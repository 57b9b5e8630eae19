import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { type Endured, endure, faultsFrom, type Ordeal } from './endure.ts';
import { openOurs } from './ours.ts';
import { openSocketIo } from './socket-io.ts';
import type { ChatSystem } from './system.ts';

const help = `npm run bench -- recovery
  --seconds 120 --viewers 1000 --messages 10 (a second) --cut-every 15 --away 2 (seconds)`;

/**
 * Viewers whose connections are cut at random all the time, while processes are restarted in turn
 * and one is killed: what they get of what is said, and how soon they have what they missed. Ours
 * (two processes with rooms over Redis and MariaDB, our client) beside Socket.IO's connection state
 * recovery (one process, its client).
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const options = readOptions(args);
  const dir = makeTempDir('recovery');
  const ordeal: Ordeal = { dir, ...options };
  const database = await startMariaDb({ args: ['--innodb-buffer-pool-size=256M'] });
  try {
    // A room more than a process needs, so that what one process loses the other can take.
    const roomCapacity = Math.ceil(options.viewers / 3);
    const ours = await measure(ordeal, () =>
      openOurs({ dir, databaseUrl: database.url, roomCapacity, processes: 2 }),
    );
    const theirs = await measure(ordeal, () => openSocketIo(dir));
    return report(ordeal, ours, theirs);
  } finally {
    await database.stop();
    await removeTempDir(dir);
  }
}

function readOptions(args: readonly string[]): Omit<Ordeal, 'dir'> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '120' },
      viewers: { type: 'string', default: '1000' },
      messages: { type: 'string', default: '10' },
      'cut-every': { type: 'string', default: '15' },
      away: { type: 'string', default: '2' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(help);
  return {
    seconds: Number(values.seconds),
    viewers: Number(values.viewers),
    messagesPerS: Number(values.messages),
    cutEveryS: Number(values['cut-every']),
    awayMs: Number(values.away) * 1_000,
  };
}

async function measure(ordeal: Ordeal, open: () => Promise<ChatSystem>): Promise<Endured> {
  const system = await open();
  try {
    return await endure(system, ordeal);
  } finally {
    await system.stop();
  }
}

function report({ viewers, seconds }: Ordeal, ours: Endured, theirs: Endured): BenchResult {
  printTable(`${viewers} viewers cut off all the time, a rolling restart, a crash`, [
    rowOf('ours, 2 processes', ours, seconds),
    rowOf('Socket.IO recovery, 1 process', theirs, seconds),
  ]);
  const own = figuresOf(ours, seconds);
  return {
    ratios: {},
    figures: { viewers, ...own, socketIo: figuresOf(theirs, seconds) },
  };
}

function figuresOf(endured: Endured, seconds: number) {
  const { replays, deliveredPercent, deliveredPercentCutsOnly, loadCpuMs, ...counts } = endured;
  const ofAll = replays.map(({ ms }) => ms);
  const of = (cut: boolean) => replays.filter((one) => one.cut === cut).map(({ ms }) => ms);
  const early = replays.filter(({ atMs }) => atMs < faultsFrom * seconds * 1_000);
  const connecting = replays.map(({ connectMs }) => connectMs);
  return {
    // Rounded down, so that 100 means every one of them.
    deliveredPercent: roundDown(deliveredPercent),
    deliveredPercentCutsOnly: roundDown(deliveredPercentCutsOnly),
    replayP50Ms: percentile(ofAll, 0.5),
    replayP99Ms: percentile(ofAll, 0.99),
    replayMaxMs: percentile(ofAll, 1),
    replayP99MsCutsOnly: percentile(
      early.map(({ ms }) => ms),
      0.99,
    ),
    replayP99MsAfterCut: percentile(of(true), 0.99),
    replayP99MsAfterProcessEnd: percentile(of(false), 0.99),
    connectP99Ms: percentile(connecting, 0.99),
    absences: replays.length,
    ...counts,
    loadCpuMsPerAbsence: Math.round(loadCpuMs / replays.length),
  };
}

function rowOf(name: string, endured: Endured, seconds: number) {
  const figures = figuresOf(endured, seconds);
  return {
    '': name,
    'delivered %': figures.deliveredPercent,
    '% while only cut': figures.deliveredPercentCutsOnly,
    repeated: figures.repeated,
    absences: figures.absences,
    'not made up for': figures.unfinished,
    'replay p50 ms': figures.replayP50Ms,
    'p99 ms': figures.replayP99Ms,
    'p99 while only cut': figures.replayP99MsCutsOnly,
    'max ms': figures.replayMaxMs,
    resumed: figures.resumed,
    'joined anew': figures.joinedAnew,
  };
}

function roundDown(percent: number): number {
  return Math.floor(percent * 1_000) / 1_000;
}

/** The value below which that share of the samples lies; 0 without samples. */
function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
