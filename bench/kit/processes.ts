import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import type { Child } from '../../test/kit/child.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { startNode } from '../../test/kit/node.ts';
import { builtDir } from './built.ts';
import { adminPassword } from './people.ts';

/** Services as a process of their own. */
export interface Services {
  readonly pid: number;
  readonly clients: ClientPool;
  /** What other processes need to call them. */
  readonly env: Readonly<Record<string, string>>;
  log(): string;
  stop(): Promise<void>;
}

interface ProcessOptions {
  readonly name: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Ours, or those that place each order in a transaction of its own. */
export async function startServices(
  kind: 'ours' | 'row-lock',
  { name, dir, env }: ProcessOptions,
): Promise<Services> {
  const secret = randomBytes(32).toString('hex');
  const address = `127.0.0.1:${await freePort()}`;
  const own = { GRPC_ADDRESS: address, SERVICE_SECRET: secret };
  const child = await startCompiled({
    name,
    dir,
    file: kind === 'ours' ? 'main.js' : 'bench/burst/row-lock-service.js',
    args: kind === 'ours' ? ['--only', 'grpc'] : [],
    env: {
      ...baseEnv(dir),
      GRPC_PORT: address.split(':')[1] ?? '',
      ADMIN_PASSWORD: adminPassword,
      ...own,
      ...env,
    },
  });
  await onAir(child, name);
  const clients = createClientPool(address, secret);
  return {
    pid: child.pid,
    clients,
    env: own,
    log: () => child.log(),
    async stop() {
      clients.close();
      await child.stop();
    },
  };
}

/** A realtime process over uWebSockets.js. */
export interface Realtime {
  readonly pid: number;
  readonly url: string;
  log(): string;
  stop(): Promise<void>;
}

/** @throws Error when there is no glibc that uWebSockets.js loads with: run scripts/fetch-glibc.sh */
export async function startRealtime({ name, dir, env }: ProcessOptions): Promise<Realtime> {
  const port = await freePort();
  const child = await startCompiled({
    name,
    dir,
    file: 'main.js',
    args: ['--only', 'realtime'],
    glibc: true,
    env: {
      ...baseEnv(dir),
      REALTIME_PORT: String(port),
      REALTIME_PUBLIC_ADDRESS: `127.0.0.1:${port}`,
      REALTIME_TRANSPORT: 'uws',
      ...env,
    },
  });
  await onAir(child, name);
  return {
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    log: () => child.log(),
    stop: async () => void (await child.stop()),
  };
}

/**
 * A server of the benchmark's own that says when it is on air; unless told, over the glibc that uWS
 * needs.
 */
export async function startService(
  options: ProcessOptions & {
    readonly file: string;
    readonly args?: readonly string[];
    readonly glibc?: boolean;
  },
): Promise<Child> {
  const { name, dir, file, args = [], glibc = true, env } = options;
  const child = await startCompiled({
    ...{ name, dir, file, args, glibc },
    env: { ...baseEnv(dir), NODE_ENV: 'production', ...env },
  });
  await onAir(child, name);
  return child;
}

/** Some parts of ours as a process, ready; under a name that no process had before. */
export async function startParts(
  only: string,
  { name, dir, env, glibc = false }: ProcessOptions & { readonly glibc?: boolean },
): Promise<Child> {
  const args = ['--only', only];
  const child = await startCompiled({
    ...{ name, dir, args, glibc, file: 'main.js' },
    env: { ...baseEnv(dir), ...env },
  });
  await onAir(child, name);
  return child;
}

async function startCompiled(options: Parameters<typeof startNode>[0]): Promise<Child> {
  return startNode({ ...options, file: join(await builtDir(), options.file) });
}

function baseEnv(dir: string): Record<string, string> {
  const profileDir = process.env.ONAIR_BENCH_PROFILE;
  return {
    ONAIR_ENV: 'test',
    DATA_DIR: dir,
    LOG_LEVEL: 'warn',
    ...(profileDir === undefined
      ? {}
      : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
  };
}

async function onAir(child: Child, name: string): Promise<void> {
  await child.waitUntil(`${name} is ready`, () => child.log().includes('on air'), {
    timeoutMs: 60_000,
  });
}
