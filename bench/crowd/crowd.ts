import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { startRedis } from '../../test/kit/redis.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { goOnAir } from '../burst/goods.ts';
import { hireCast } from '../kit/cast.ts';
import { median, medianRatio, round2 } from '../kit/measure.ts';
import { startServices } from '../kit/processes.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { openBare, openOurs } from './houses.ts';
import { type House, type Visit, visit } from './visit.ts';

const viewers = 5_000;
const sizes = [500, 1_000, 2_500, 5_000, 10_000];

/**
 * 5,000 viewers come to one broadcast as fast as they can, sit, and leave at once: ours, with tokens
 * and admission, beside a bare room of the framework. Every visit is to a fresh process.
 * `--rounds N`; `--no-sizes` leaves out other numbers of viewers.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      sizes: { type: 'boolean', default: true },
    },
    allowNegative: true,
  });
  const dir = makeTempDir('crowd');
  const [database, redis] = await Promise.all([startMariaDb(), startRedis()]);
  const most = Math.max(...sizes);
  const cast = await hireCast(most);
  const tokens = cast.people.map((person) => person.accessToken);
  const shared = { REDIS_URL: redis.url, DATABASE_URL: database.url, ...cast.env };
  const services = await startServices('ours', { name: 'services', dir, env: shared });
  const { broadcastId } = await goOnAir(services.clients);
  const env = { ...shared, ...services.env };
  const helpers = { services: services.pid, database: database.pid, redis: redis.pid };
  const open = {
    ours: () => openOurs({ dir, broadcastId, helpers, capacity: most + 1_000, env }),
    bare: () => openBare(dir),
  };
  try {
    const rounds = { ours: [] as Visit[], bare: [] as Visit[] };
    for (let round = 0; round < Number(values.rounds); round += 1) {
      rounds.bare.push(await visitOnce(open.bare, tokens.slice(0, viewers)));
      rounds.ours.push(await visitOnce(open.ours, tokens.slice(0, viewers)));
    }
    const bySize: Visit[] = [];
    for (const size of values.sizes ? sizes : []) {
      bySize.push(await visitOnce(open.ours, tokens.slice(0, size)));
    }
    return report(rounds, bySize);
  } finally {
    await services.stop();
    await Promise.all([database.stop(), redis.stop()]);
    await removeTempDir(dir);
  }
}

async function visitOnce(open: () => Promise<House>, tokens: readonly string[]): Promise<Visit> {
  const house = await open();
  try {
    return await visit(house, tokens);
  } finally {
    await house.stop();
  }
}

type Measure = Exclude<keyof Visit, 'othersUsPerJoin'>;

function report(
  { ours, bare }: Readonly<Record<'ours' | 'bare', readonly Visit[]>>,
  bySize: readonly Visit[],
): BenchResult {
  printTable(`${viewers} viewers at once, load ${loadavg()[0]?.toFixed(1)}`, [
    ...ours.map((one) => rowOf('ours', one)),
    ...bare.map((one) => rowOf('bare room', one)),
  ]);
  if (bySize.length > 0) {
    printTable(
      'ours, by number of viewers',
      bySize.map((one) => rowOf(String(one.viewers), one)),
    );
  }
  const all = [...ours, ...bySize];
  const middle = (key: Measure) => round2(median(ours.map((one) => one[key])));
  const against = (key: Measure) =>
    medianRatio(
      ours.map((one) => one[key]),
      bare.map((one) => one[key]),
    );
  return {
    ratios: {
      joinsVsBare: against('joinsPerS'),
      memoryVsBare: against('bytesPerViewer'),
      heapVsBare: against('heapPerViewer'),
      joinCpuVsBare: against('usPerJoin'),
    },
    figures: {
      failedJoins: all.reduce((sum, one) => sum + one.failedJoins, 0),
      joinsPerS: middle('joinsPerS'),
      bytesPerViewer: middle('bytesPerViewer'),
      heapPerViewer: middle('heapPerViewer'),
      leaveMs: middle('leaveMs'),
      loopDelayP99Ms: middle('loopDelayP99Ms'),
      viewers,
      bySize: Object.fromEntries(bySize.map((one) => [one.viewers, one])),
    },
  };
}

function rowOf(name: string, one: Visit) {
  return {
    '': name,
    failed: one.failedJoins,
    'joins/s': one.joinsPerS,
    'CPU us/join': one.usPerJoin,
    'of others': Object.entries(one.othersUsPerJoin)
      .map(([of, us]) => `${of} ${us}`)
      .join(', '),
    'RSS bytes/viewer': one.bytesPerViewer,
    'heap bytes/viewer': one.heapPerViewer,
    'idle CPU %': one.idlePercent,
    'leave ms': one.leaveMs,
    'loop delay p99 ms': one.loopDelayP99Ms,
  };
}
