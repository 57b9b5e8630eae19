import { deepStrictEqual } from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { freePort } from '../../test/kit/free-port.ts';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { startRedis } from '../../test/kit/redis.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { hireCast } from '../kit/cast.ts';
import { closedLoop, median, medianRatio, type Round, round2, summarise } from '../kit/measure.ts';
import { cpuMsOf } from '../kit/process-usage.ts';
import { startParts, startService, startServices } from '../kit/processes.ts';
import { printTable } from '../kit/table.ts';
import type { BenchResult } from '../run.ts';
import { type Asker, createAsker } from './ask.ts';
import { type Buyer, letBuy } from './buyers.ts';

const buyerCount = 64;
const ordersEach = 10;

/** What is read: one order with its lines and history, or a page of ten of them. */
const reads: Readonly<Record<string, (buyer: Buyer) => string>> = {
  order: ({ orderIds: [orderId] }) => `/v1/orders/${orderId}`,
  orders: ({ userId }) => `/v1/orders?userId=${userId}&pageSize=${ordersEach}`,
};

/** A way to the same rows, and the processes that it takes. */
interface Way {
  readonly name: string;
  readonly asker: Asker;
  readonly pids: readonly number[];
}

interface Measured extends Round {
  /** Microseconds of each process for a request. */
  readonly cpuUs: readonly number[];
}

/**
 * What an authenticated GET costs through api and gRPC, with its token checked, its requests counted
 * and its answer's shape checked, next to plain Fastify that does nothing but the query: processor
 * time of the server's processes for a request, rounds in turn, both with as many requests at a time.
 * `--rounds`, `--seconds` a round, `--at-once`, `--read order|orders`.
 */
export async function run(args: readonly string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      'at-once': { type: 'string', default: '32' },
      read: { type: 'string' },
    },
  });
  const atOnce = Number(values['at-once']);
  const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), atOnce };
  const asked = Object.keys(reads).filter((name) => (values.read ?? name) === name);
  const results: Record<string, ReturnType<typeof report>> = {};
  await withBoth(atOnce, async (ours, plain, buyers) => {
    for (const name of asked) {
      const path = reads[name];
      if (path === undefined) continue;
      await compareAnswers(ours, plain, buyers, path);
      results[name] = report(name, await playRounds(ours, plain, buyers, path, options));
    }
  });
  const ratioOf = (name: string) => results[name]?.cpuVsPlain;
  const worst = Math.max(...asked.map((name) => ratioOf(name) ?? Number.NaN));
  return { ratios: { cpuVsPlain: worst }, figures: { atOnce, ...results } };
}

async function withBoth(
  atOnce: number,
  work: (ours: Way, plain: Way, buyers: readonly Buyer[]) => Promise<void>,
): Promise<void> {
  const dir = makeTempDir('edge');
  const database = await startMariaDb({ args: ['--innodb-buffer-pool-size=256M'] });
  const redis = await startRedis();
  const cast = await hireCast(buyerCount);
  const shared = { DATABASE_URL: database.url, REDIS_URL: redis.url, ...cast.env };
  const stops: (() => unknown)[] = [() => removeTempDir(dir), () => database.stop(), redis.stop];
  try {
    const services = await startServices('ours', { name: 'services', dir, env: shared });
    stops.push(() => services.stop());
    const buyers = await letBuy(services.clients, cast, ordersEach);
    const [port, plainPort] = [await freePort(), await freePort()];
    const limits = { RATE_LIMIT_PER_MINUTE: '100000000', API_PORT: String(port) };
    const api = await startParts('api', {
      ...{ name: 'api', dir, env: { ...shared, ...services.env, ...limits } },
    });
    stops.push(() => api.stop());
    const plain = await startService({
      ...{ name: 'plain', dir, file: 'bench/edge/plain-service.js', glibc: false },
      env: { DATABASE_URL: database.url, PORT: String(plainPort) },
    });
    stops.push(() => plain.stop());
    const ways = [
      { name: 'api and grpc', asker: createAsker(port, atOnce), pids: [api.pid, services.pid] },
      { name: 'plain Fastify', asker: createAsker(plainPort, atOnce), pids: [plain.pid] },
    ] as const;
    stops.push(() => {
      for (const { asker } of ways) asker.close();
    });
    await work(...ways, buyers);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Both must answer the same; else their costs compare nothing. */
async function compareAnswers(
  ours: Way,
  plain: Way,
  buyers: readonly Buyer[],
  path: (buyer: Buyer) => string,
): Promise<void> {
  for (const buyer of buyers.slice(0, 8)) {
    const [a, b] = await Promise.all(
      [ours, plain].map(({ asker }) => asker.get(path(buyer), buyer.accessToken)),
    );
    deepStrictEqual(JSON.parse(a ?? ''), JSON.parse(b ?? ''));
  }
}

async function playRounds(
  ours: Way,
  plain: Way,
  buyers: readonly Buyer[],
  path: (buyer: Buyer) => string,
  { rounds, seconds, atOnce }: { rounds: number; seconds: number; atOnce: number },
): Promise<{ way: Way; rounds: Measured[] }[]> {
  const played = [ours, plain].map((way) => ({ way, rounds: [] as Measured[] }));
  for (let i = 0; i <= rounds; i += 1) {
    for (const { way, rounds: measured } of played) {
      const round = await playRound(way, buyers, path, i === 0 ? 3 : seconds, atOnce);
      // The first round warmed up.
      if (i > 0) measured.push(round);
    }
  }
  return played;
}

async function playRound(
  { asker, pids }: Way,
  buyers: readonly Buyer[],
  path: (buyer: Buyer) => string,
  seconds: number,
  workers: number,
): Promise<Measured> {
  const requests = buyers.map((buyer) => ({ path: path(buyer), token: buyer.accessToken }));
  let next = 0;
  const before = pids.map(cpuMsOf);
  const round = await closedLoop({
    ...{ seconds, workers },
    async once() {
      next = (next + 1) % requests.length;
      const request = requests[next];
      if (request !== undefined) await asker.get(request.path, request.token);
    },
  });
  const cpuUs = pids.map((pid, i) => ((cpuMsOf(pid) - (before[i] ?? 0)) * 1_000) / round.done);
  return { ...round, cpuUs };
}

function report(name: string, [ours, plain]: readonly { way: Way; rounds: Measured[] }[]) {
  if (ours === undefined || plain === undefined) throw new Error('nothing was measured');
  const total = ({ cpuUs }: Measured) => cpuUs.reduce((sum, each) => sum + each, 0);
  const figuresOf = (rounds: readonly Measured[]) => ({
    ...summarise(rounds),
    cpuUs: Math.round(median(rounds.map(total))),
    byProcess: rounds[0]?.cpuUs.map((_, i) =>
      Math.round(median(rounds.map(({ cpuUs }) => cpuUs[i] ?? 0))),
    ),
  });
  const [a, b] = [figuresOf(ours.rounds), figuresOf(plain.rounds)];
  const cpuVsPlain = round2(medianRatio(ours.rounds.map(total), plain.rounds.map(total)));
  printTable(
    `GET ${name}, ${ours.rounds.length} rounds`,
    [ours.way, plain.way].map(({ name: way }, i) => {
      const { perS, p50Ms, p99Ms, cpuUs, byProcess } = i === 0 ? a : b;
      return {
        way,
        'a second': perS,
        'p50 ms': p50Ms,
        'p99 ms': p99Ms,
        'cpu µs': cpuUs,
        'by process': (byProcess ?? []).join(' + '),
      };
    }),
  );
  console.log(`  processor time to plain: ${cpuVsPlain}`);
  return { cpuVsPlain, ours: a, plain: b };
}
