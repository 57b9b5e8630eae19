import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { latencyHistogram, median, medianRatio, round2 } from '../kit/measure.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { baselines, openBaseline } from './baselines.ts';
import type { Hall } from './hall.ts';
import { type OurHall, openOurs } from './ours.ts';
import { type Talk, talk } from './talk.ts';

const viewers = 1_000;
const tickMs = 50;
/** The default of ROOM_CHAT_MS. */
const shippedChatMs = 100;
/** What the slow viewer reads. */
const slowBytesPerSecond = 1_000;

/** Messages a second: a rush, and a quiet evening. */
const rates = { busy: 200, quiet: 20 } as const;
type Rate = keyof typeof rates;

type Name = 'ours' | 'everyTick' | keyof typeof baselines;
const baselineNames = ['rawUws', 'broadcast', 'socketIo'] as const;
type Series = Record<Name, Record<Rate, Talk[]>>;

/**
 * 1,000 viewers of one room, 100 of whom talk: ours, with policy and storage, against servers that
 * have neither. Ours is there twice: as shipped, where busy chat goes to the services with every second
 * tick, and with every tick, which is what raw uWS is compared with, frame by frame. `--rounds N` of
 * `--seconds N` each, after `--warm-up N` seconds of busy talk in each, in which V8 compiles what is
 * used much: a room costs up to half as much again before, and that is told apart. `--against rawUws`
 * (or more, with commas between) for some of the baselines only.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '20' },
      against: { type: 'string', default: Object.keys(baselines).join(',') },
    },
  });
  const dir = makeTempDir('chat');
  const database = await startMariaDb();
  const halls: Hall[] = [];
  const open = async <H extends Hall>(opening: Promise<H>): Promise<H> => {
    const hall = await opening;
    halls.push(hall);
    return hall;
  };
  try {
    const options = { dir, viewers, tickMs };
    const ours = await open(
      openOurs({
        ...{ ...options, name: 'ours', chatMs: shippedChatMs },
        databaseUrl: await database.createDatabase('shipped'),
      }),
    );
    const everyTick = await open(
      openOurs({
        ...{ ...options, name: 'ours, with every tick', chatMs: tickMs },
        databaseUrl: await database.createDatabase('every_tick'),
      }),
    );
    const byName = new Map<Name, Hall>([
      ['ours', ours],
      ['everyTick', everyTick],
    ]);
    for (const name of baselineNames.filter((one) => values.against.split(',').includes(one))) {
      byName.set(name, await open(openBaseline(baselines[name], options)));
    }
    const measured = await measure(byName, ours, {
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      warmUpSeconds: Number(values['warm-up']),
    });
    return report(byName, [ours, everyTick], measured);
  } finally {
    for (const hall of halls) await hall.stop();
    await database.stop();
    await removeTempDir(dir);
  }
}

interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

interface Measured {
  readonly series: Series;
  /** The first busy talk of each. */
  readonly cold: ReadonlyMap<Name, Talk>;
  /** Ours at the busy rate with a slow viewer among the others. */
  readonly withSlow: readonly Talk[];
}

/** All in turn, so that what else the machine does weighs on all. */
async function measure(
  halls: ReadonlyMap<Name, Hall>,
  ours: OurHall,
  { rounds, seconds, warmUpSeconds }: Plan,
): Promise<Measured> {
  const empty = () => ({ busy: [], quiet: [] });
  const series: Series = {
    ours: empty(),
    everyTick: empty(),
    socketIo: empty(),
    broadcast: empty(),
    rawUws: empty(),
  };
  const withSlow: Talk[] = [];
  const cold = new Map<Name, Talk>();
  for (const [name, hall] of halls) {
    cold.set(name, await talk(hall, rates.busy, seconds));
    // Stretch by stretch: who can't keep up would be so far behind at its end that viewers give up.
    for (let warm = 0; warm < warmUpSeconds; warm += seconds) {
      await talk(hall, rates.busy, Math.min(seconds, warmUpSeconds - warm));
    }
    await talk(hall, rates.quiet, 2);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const rate of ['busy', 'quiet'] as const) {
      for (const [name, hall] of halls) {
        series[name][rate].push(await talk(hall, rates[rate], seconds));
      }
    }
    const slow = await ours.seatSlow(slowBytesPerSecond);
    withSlow.push(await talk(ours, rates.busy, seconds));
    slow.cut();
  }
  return { series, cold, withSlow };
}

function report(
  halls: ReadonlyMap<Name, Hall>,
  own: readonly OurHall[],
  { series, cold, withSlow }: Measured,
): BenchResult {
  for (const rate of ['busy', 'quiet'] as const) {
    printTable(
      `${viewers} viewers, ${rates[rate]} messages/s of 100 of them, load ${loadavg()[0]?.toFixed(1)}`,
      [
        ...[...halls].map(([name, hall]) => rowOf(hall.name, series[name][rate])),
        ...(rate === 'busy' ? [rowOf('ours, one viewer at 1 KB/s', withSlow)] : []),
      ],
    );
  }
  const cost = (name: Name, rate: Rate) => series[name][rate].map((one) => one.usPerDelivery);
  const ratio = (rate: Rate) => ({
    cheaperThanSocketIo: medianRatio(cost('socketIo', rate), cost('ours', rate)),
    cheaperThanBroadcast: medianRatio(cost('broadcast', rate), cost('ours', rate)),
    costVsRawUws: medianRatio(cost('everyTick', rate), cost('rawUws', rate)),
    costVsRawUwsAsShipped: medianRatio(cost('ours', rate), cost('rawUws', rate)),
  });
  const p99 = (talks: readonly Talk[]) => talks.map((one) => p99MsOf([one]));
  const total = (of: (hall: OurHall) => number) => own.reduce((sum, hall) => sum + of(hall), 0);
  const quiet = ratio('quiet');
  return {
    ratios: {
      ...ratio('busy'),
      quietCheaperThanSocketIo: quiet.cheaperThanSocketIo,
      quietCheaperThanBroadcast: quiet.cheaperThanBroadcast,
      quietCostVsRawUws: quiet.costVsRawUws,
      quietCostVsRawUwsAsShipped: quiet.costVsRawUwsAsShipped,
    },
    figures: {
      ...figuresOf(series.ours.busy),
      lost:
        total((hall) => hall.ledger.faults.lost + hall.missed()) +
        lostOf(series.ours, withSlow) +
        lostOf(series.everyTick, []),
      repeated: total((hall) => hall.ledger.faults.repeated),
      outOfOrder: total(({ ledger }) => ledger.faults.outOfOrder + outOfOrder(ledger.messages)),
      refused: total((hall) => hall.refused()),
      slowViewerP99Change: round2(medianRatio(p99(withSlow), p99(series.ours.busy)) - 1),
      quiet: figuresOf(series.ours.quiet),
      everyTick: figuresOf(series.everyTick.busy),
      usPerDeliveryWhileCold: Object.fromEntries(
        [...cold].map(([name, one]) => [name, round2(one.usPerDelivery)]),
      ),
      viewers,
      othersTookPercent: middle([...series.ours.busy, ...series.rawUws.busy], 'othersPercent'),
    },
  };
}

function figuresOf(talks: readonly Talk[]) {
  return {
    usPerDelivery: round2(median(talks.map((one) => one.usPerDelivery))),
    bytesPerDelivery: round2(median(talks.map((one) => one.bytesPerDelivery))),
    overheadPerDelivery: round2(median(talks.map((one) => one.overheadPerDelivery))),
    framesPerS: Math.round(median(talks.map((one) => one.frames / one.seconds))),
    messagesPerFrame: round2(median(talks.map((one) => one.deliveries / one.frames))),
    deliveryP99Ms: p99MsOf(talks),
  };
}

function rowOf(name: string, talks: readonly Talk[]) {
  const cpu = (of: string) => Math.round(median(talks.map((one) => one.cpuMs[of] ?? 0)));
  const latencies = latencyHistogram();
  for (const one of talks) latencies.add(one.latencies);
  return {
    '': name,
    'us/delivery': round2(median(talks.map((one) => one.usPerDelivery))),
    'rooms CPU ms': cpu('rooms'),
    'services CPU ms': cpu('services'),
    'deliveries/s': Math.round(median(talks.map((one) => one.deliveries / one.seconds))),
    'frames/s': Math.round(median(talks.map((one) => one.frames / one.seconds))),
    'bytes/delivery': round2(median(talks.map((one) => one.bytesPerDelivery))),
    'beside text and name': round2(median(talks.map((one) => one.overheadPerDelivery))),
    'p50 ms': round2(latencies.getValueAtPercentile(50) / 1_000),
    'p99 ms': p99MsOf(talks),
    lost: talks.reduce((sum, one) => sum + one.lost, 0),
    'others took %': middle(talks, 'othersPercent'),
  };
}

function p99MsOf(talks: readonly Talk[]): number {
  const latencies = latencyHistogram();
  for (const one of talks) latencies.add(one.latencies);
  return round2(latencies.getValueAtPercentile(99) / 1_000);
}

function lostOf(ours: Record<Rate, readonly Talk[]>, withSlow: readonly Talk[]): number {
  return [...ours.busy, ...ours.quiet, ...withSlow].reduce((sum, one) => sum + one.lost, 0);
}

/**
 * Each speaker says one thing after the other on one connection, so their messages must come in the
 * order of the benchmark's numbers; between speakers the services decide.
 */
function outOfOrder(messages: readonly number[]): number {
  const last = new Map<number, number>();
  let count = 0;
  for (const message of messages) {
    const speaker = message % 100;
    if (message < (last.get(speaker) ?? 0)) count += 1;
    last.set(speaker, message);
  }
  return count;
}

function middle(talks: readonly Talk[], key: 'othersPercent'): number {
  return Math.round(median(talks.map((one) => one[key])));
}
