import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { until } from '../../test/kit/until.ts';
import { latencyHistogram, median, medianRatio, round2 } from '../kit/measure.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { printTable } from '../kit/table.ts';
import { type OurSystem, openOurs } from '../recovery/ours.ts';
import type { BenchResult } from '../run.ts';
import { type Audience, seatAudience } from './audience.ts';
import { redisTraffic } from './redis-traffic.ts';

interface House {
  readonly system: OurSystem;
  readonly audience: Audience;
}

/** One stretch of talk in one house. */
interface Round {
  readonly deliveries: number;
  readonly seconds: number;
  /** Processor milliseconds of each process with rooms. */
  readonly cpuMs: readonly number[];
  readonly latencies: Audience['meter']['latencies'];
  readonly redis: { readonly commandsPerS: number; readonly bytesPerS: number };
}

/**
 * One broadcast in two rooms: both on one process, or each on a process of its own. All share the
 * processors of this machine with those who watch, so what is compared is not how much gets through
 * here but what it takes: as many messages as fill one core of the busiest process.
 * `--viewers`, `--messages` a second, `--seconds` a round, `--rounds`.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      viewers: { type: 'string', default: '1000' },
      messages: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const [viewers, perS] = [Number(values.viewers), Number(values.messages)];
  const dir = makeTempDir('shards');
  const database = await startMariaDb({ args: ['--innodb-buffer-pool-size=256M'] });
  const houses: House[] = [];
  try {
    for (const processes of [1, 2]) {
      const databaseUrl = await database.createDatabase(`shards${processes}`);
      const roomCapacity = Math.ceil(viewers / 2);
      const system = await openOurs({
        ...{ dir, databaseUrl, roomCapacity, processes, name: `shards${processes}` },
      });
      houses.push({ system, audience: await seatAudience(system, viewers) });
    }
    const [one, two] = houses;
    if (one === undefined || two === undefined) throw new Error('no houses');
    const rounds: { readonly one: Round; readonly two: Round }[] = [];
    for (let i = 0; i <= Number(values.rounds); i += 1) {
      const seconds = Number(values.seconds);
      const both = {
        one: await talk(one, perS, seconds),
        two: await talk(two, perS, seconds),
      };
      // The first round warmed up.
      if (i > 0) rounds.push(both);
    }
    return report(viewers, houses, rounds);
  } finally {
    for (const { system, audience } of houses) {
      audience.leave();
      await system.stop();
    }
    await database.stop();
    await removeTempDir(dir);
  }
}

/** Numbers of messages go on from round to round, so that the order of all of them is compared. */
const said = new Map<House, number>();

async function talk(house: House, perS: number, seconds: number): Promise<Round> {
  const { system, audience } = house;
  const pids = () =>
    Object.entries(system.pids()).flatMap(([name, pid]) => (/realtime/.test(name) ? [pid] : []));
  audience.meter.reset();
  const before = { redis: await redisTraffic(system.redisUrl), cpuMs: pids().map(cpuMsOf) };
  const startedAt = performance.now();
  const elapsedS = () => (performance.now() - startedAt) / 1_000;
  let number = said.get(house) ?? 0;
  for (let now = 0; now < perS * seconds; ) {
    if (now >= elapsedS() * perS) {
      await delay(5);
      continue;
    }
    now += 1;
    number += 1;
    audience.meter.said(number);
    await system.say(`#${number}# 오늘 방송 정말 좋네요`);
  }
  said.set(house, number);
  await until('every room shows everything', () => audience.shown() >= number);
  await delay(200);
  const took = elapsedS();
  const after = await redisTraffic(system.redisUrl);
  const { deliveries, latencies } = audience.meter;
  return {
    ...{ deliveries, latencies, seconds: took },
    cpuMs: pids().map((pid, i) => cpuMsOf(pid) - (before.cpuMs[i] ?? 0)),
    redis: {
      commandsPerS: (after.commands - before.redis.commands) / took,
      bytesPerS:
        (after.bytesIn + after.bytesOut - before.redis.bytesIn - before.redis.bytesOut) / took,
    },
  };
}

/** Deliveries in a second with which the busiest process would fill one core. */
const capacityOf = ({ deliveries, cpuMs }: Round) => (deliveries / Math.max(...cpuMs)) * 1_000;

function report(
  viewers: number,
  houses: readonly House[],
  rounds: readonly { readonly one: Round; readonly two: Round }[],
): BenchResult {
  const [one, two] = [rounds.map((round) => round.one), rounds.map((round) => round.two)];
  printTable(`${viewers} viewers of one broadcast in two rooms, ${rounds.length} rounds`, [
    { '': 'on one process', ...figuresOf(one) },
    { '': 'on two processes', ...figuresOf(two) },
  ]);
  const orderMismatches = houses.reduce((sum, { audience }) => sum + audience.mismatches(), 0);
  return {
    ratios: { capacityOneToTwo: medianRatio(two.map(capacityOf), one.map(capacityOf)) },
    figures: {
      viewers,
      rooms: houses.map(({ audience }) => audience.rooms),
      orderMismatches,
      messagesCompared: houses.map(({ audience }) => audience.shown()),
      onOne: figuresOf(one),
      onTwo: figuresOf(two),
    },
  };
}

function figuresOf(rounds: readonly Round[]) {
  const latencies = latencyHistogram();
  for (const round of rounds) latencies.add(round.latencies);
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const cpuMs = (round: Round) => round.cpuMs.reduce((sum, ms) => sum + ms, 0);
  return {
    deliveriesPerS: Math.round(middle((round) => round.deliveries / round.seconds)),
    cpuUsPerDelivery: round2(middle((round) => (cpuMs(round) * 1_000) / round.deliveries)),
    busiestCorePercent: round2(middle((round) => Math.max(...round.cpuMs) / (round.seconds * 10))),
    deliveriesPerSAtFullCore: Math.round(middle(capacityOf)),
    deliveryP99Ms: round2(latencies.getValueAtPercentile(99) / 1_000),
    redisCommandsPerS: Math.round(middle((round) => round.redis.commandsPerS)),
    redisBytesPerS: Math.round(middle((round) => round.redis.bytesPerS)),
  };
}
