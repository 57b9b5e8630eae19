import { randomBytes } from 'node:crypto';
import { createOnairClient, type OnairClient } from '../../api/client/index.ts';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import type { Child } from './child.ts';
import { describeWith } from './describe-with.ts';
import { freePort } from './free-port.ts';
import { noteSecret } from './log-check.ts';
import { type MariaDb, startMariaDb } from './mariadb.ts';
import { migratedMariaDb } from './migrated.ts';
import { startNode } from './node.ts';
import { type Redis, startRedis } from './redis.ts';
import { makeTempDir, removeTempDir } from './temp-dir.ts';

/** How the platform runs: all in one process, or as processes of each kind over MariaDB and Redis. */
export type Mode = 'embedded' | 'cluster';

/** One operating-system process of ours. */
export interface OnairProcess {
  readonly name: string;
  /** Its output so far. */
  log(): string;
  /** Of the one that runs now. */
  pid(): number;
  /** SIGKILL: a crash. */
  kill(): Promise<void>;
  /** SIGTERM, and how it ended. */
  stop(): Promise<number | null>;
  /** Starts it again, with the same ports and data, and waits until it is ready. */
  start(): Promise<void>;
}

/** The platform, running on free ports and private data. */
export interface Onair {
  readonly mode: Mode;
  /** Two in a cluster. */
  readonly apiUrls: readonly string[];
  /** Two in a cluster. */
  readonly realtimeUrls: readonly string[];
  /** `host:port` of each process with the services. */
  readonly grpcAddresses: readonly string[];
  readonly sandboxUrl: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** The processes by name: `all` when embedded; `grpc-1`, `api-2`, ... in a cluster. */
  readonly processes: ReadonlyMap<string, OnairProcess>;
  /** Where MariaDB is, in a cluster. */
  readonly databaseUrl: string | undefined;
  /** MariaDB itself, in a cluster: for crashes. */
  readonly mariaDb: MariaDb | undefined;
  /** Redis itself, in a cluster: for outages. */
  readonly redis: Redis | undefined;
  readonly dataDir: string;
  /** gRPC clients with the service credential. */
  readonly rpc: ClientPool;
  /** A REST client on one of the api processes. */
  rest(accessToken?: string, process?: number): OnairClient;
  /** Every process's output, for suites that look for what must not be in it. */
  logs(): string;
  stop(): Promise<void>;
}

interface StartOptions {
  /** More settings for every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** More settings for the processes with the services, in a cluster. */
  readonly servicesEnv?: Readonly<Record<string, string>>;
  /** Run realtime where uWebSockets.js can load; see node.ts. */
  readonly glibc?: boolean;
}

/** A suite whose guarantees hold in both modes. */
export function describeInBothModes(name: string, define: (mode: Mode) => void): void {
  describe(`${name}, embedded`, () => define('embedded'));
  describeWith(['mariadb', 'redis'], `${name}, cluster`, () => define('cluster'));
}

/** Starts the platform and waits until every process is ready. */
export async function startOnair(mode: Mode, options: StartOptions = {}): Promise<Onair> {
  return mode === 'embedded' ? startEmbedded(options) : startCluster(options);
}

const admin = { email: 'admin@onair.test', password: 'correct horse battery' };
const secret = randomBytes(32).toString('hex');
noteSecret(secret);

function baseSettings(dataDir: string, options: StartOptions): Record<string, string> {
  return {
    ONAIR_ENV: 'test',
    DATA_DIR: dataDir,
    ADMIN_EMAIL: admin.email,
    ADMIN_PASSWORD: admin.password,
    SERVICE_SECRET: secret,
    ARGON2_MEMORY_KIB: '1024',
    LOG_LEVEL: 'info',
    RATE_LIMIT_PER_MINUTE: '1000000',
    RATE_LIMIT_WRITES_PER_MINUTE: '1000000',
    RATE_LIMIT_MONEY_PER_MINUTE: '1000000',
    RATE_LIMIT_ACCOUNTS_PER_MINUTE: '1000000',
    RATE_LIMIT_UPLOADS_PER_MINUTE: '1000000',
    // The machine that runs the suites may have other things to do.
    API_MAX_LOOP_DELAY_MS: '60000',
    JOB_POLL_MS: '50',
    // Suites say a lot at once and wait until all of it is shown.
    ROOM_SHOWN_MESSAGES_PER_SECOND: '0',
    ...options.env,
  };
}

async function startEmbedded(options: StartOptions): Promise<Onair> {
  const dir = makeTempDir('embedded');
  const [api, realtime, grpc, sandbox] = await freePorts(4);
  const env = {
    ...baseSettings(dir, options),
    API_PORT: String(api),
    REALTIME_PORT: String(realtime),
    GRPC_PORT: String(grpc),
    SANDBOX_PORT: String(sandbox),
  };
  const all = await launch({ name: 'all', args: [], env, dir, glibc: options.glibc === true });
  return assemble({
    mode: 'embedded',
    dir,
    processes: [all],
    apiPorts: [api],
    realtimePorts: [realtime],
    grpcAddress: `127.0.0.1:${grpc}`,
    sandboxPort: sandbox,
    databaseUrl: undefined,
    mariaDb: undefined,
    redis: undefined,
    servers: [],
  });
}

async function startCluster(options: StartOptions): Promise<Onair> {
  const dir = makeTempDir('cluster');
  const [mariaDb, redis] = await Promise.all([
    startMariaDb({ filledBy: migratedMariaDb }),
    startRedis(),
  ]);
  const ports = await freePorts(7);
  const [grpc1, grpc2, api1, api2, realtime1, realtime2, sandbox] = ports;
  const databaseUrl = mariaDb.url;
  const grpcAddress = `ipv4:127.0.0.1:${grpc1},127.0.0.1:${grpc2}`;
  const env = {
    ...baseSettings(dir, options),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    GRPC_ADDRESS: grpcAddress,
    SANDBOX_PORT: String(sandbox),
  };
  const start = (name: string, only: string, more: Record<string, string>) =>
    launch({
      name,
      args: ['--only', only],
      env: { ...env, ...more },
      dir,
      glibc: options.glibc === true && only === 'realtime',
    });
  // The services first: the others ask them when they start.
  const services = await Promise.all([
    start('grpc-1', 'grpc', { ...options.servicesEnv, GRPC_PORT: String(grpc1) }),
    start('grpc-2', 'grpc', { ...options.servicesEnv, GRPC_PORT: String(grpc2) }),
  ]);
  const edges = await Promise.all([
    start('workers-1', 'sandbox,workers', {}),
    start('realtime-1', 'realtime', realtimeSettings(realtime1)),
    start('realtime-2', 'realtime', realtimeSettings(realtime2)),
    start('api-1', 'api', { API_PORT: String(api1) }),
    start('api-2', 'api', { API_PORT: String(api2) }),
  ]);
  return assemble({
    mode: 'cluster',
    dir,
    processes: [...services, ...edges],
    apiPorts: [api1, api2],
    realtimePorts: [realtime1, realtime2],
    grpcAddress,
    sandboxPort: sandbox,
    databaseUrl,
    mariaDb,
    redis,
    servers: [mariaDb, redis],
  });
}

/** Rooms of a cluster are reached at their own process, wherever the seat was reserved. */
function realtimeSettings(port: number): Record<string, string> {
  return { REALTIME_PORT: String(port), REALTIME_PUBLIC_ADDRESS: `127.0.0.1:${port}` };
}

interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly dir: string;
  readonly glibc: boolean;
}

async function launch({ name, args, env, dir, glibc }: Launch): Promise<OnairProcess> {
  let child: Child | undefined;
  let starts = 0;
  const current = () => {
    if (child === undefined) throw new Error(`${name} was not started`);
    return child;
  };
  const start = async () => {
    starts += 1;
    const times = starts;
    child = await startNode({ name, file: 'main.ts', args, env: { ...env }, dir, glibc });
    await child.waitUntil(
      `${name} is ready`,
      () =>
        (current()
          .log()
          .match(/is on air/g)?.length ?? 0) >= times,
      { timeoutMs: 60_000 },
    );
  };
  await start();
  return {
    name,
    log: () => current().log(),
    pid: () => current().pid,
    async kill() {
      await current().kill();
    },
    stop: async () => (await current().stop()).code,
    start,
  };
}

interface Assembly {
  readonly mode: Mode;
  readonly dir: string;
  readonly processes: readonly OnairProcess[];
  readonly apiPorts: readonly number[];
  readonly realtimePorts: readonly number[];
  readonly grpcAddress: string;
  readonly sandboxPort: number;
  readonly databaseUrl: string | undefined;
  readonly mariaDb: MariaDb | undefined;
  readonly redis: Redis | undefined;
  readonly servers: readonly { stop(): Promise<unknown> }[];
}

function assemble(parts: Assembly): Onair {
  const apiUrls = parts.apiPorts.map((port) => `http://127.0.0.1:${port}`);
  const rpc = createClientPool(parts.grpcAddress, secret);
  return {
    mode: parts.mode,
    apiUrls,
    realtimeUrls: parts.realtimePorts.map((port) => `http://127.0.0.1:${port}`),
    grpcAddresses: parts.grpcAddress.replace('ipv4:', '').split(','),
    sandboxUrl: `http://127.0.0.1:${parts.sandboxPort}`,
    admin,
    processes: new Map(parts.processes.map((process) => [process.name, process])),
    databaseUrl: parts.databaseUrl,
    mariaDb: parts.mariaDb,
    redis: parts.redis,
    dataDir: parts.dir,
    rpc,
    rest: (accessToken, process = 0) =>
      createOnairClient({ baseUrl: apiUrls[process] ?? '', accessToken: () => accessToken }),
    logs: () => parts.processes.map((process) => process.log()).join('\n'),
    async stop() {
      rpc.close();
      // Edges before services, as in a deployment.
      for (const process of [...parts.processes].reverse()) await process.stop();
      for (const server of parts.servers) await server.stop();
      await removeTempDir(parts.dir);
    },
  };
}

async function freePorts(count: 4): Promise<[number, number, number, number]>;
async function freePorts(
  count: 7,
): Promise<[number, number, number, number, number, number, number]>;
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let i = 0; i < count; i += 1) ports.push(await freePort());
  return ports;
}
