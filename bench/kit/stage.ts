import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type ClientPool, createClientPool } from '../../common/rpc/clients.ts';
import { type Child, startChild } from '../../test/kit/child.ts';
import { freePort } from '../../test/kit/free-port.ts';
import { startMariaDb } from '../../test/kit/mariadb.ts';
import { projectDir } from '../../test/kit/project-dir.ts';
import { makeTempDir, removeTempDir } from '../../test/kit/temp-dir.ts';
import { builtDir } from './built.ts';
import { adminPassword } from './people.ts';

/** What a benchmark runs on: a private MariaDB, and the services as a process of their own. */
export interface Stage {
  /** Of the database that the services write to; baselines write to the same tables. */
  readonly databaseUrl: string;
  readonly databasePid: number;
  readonly servicePid: number;
  readonly clients: ClientPool;
  /** What the services logged. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts both with durable commits. With ONAIR_BENCH_PROFILE set to a folder, the services leave a
 * CPU profile there when they stop.
 *
 * @param env more settings of the services
 */
export async function startStage(env: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const dir = makeTempDir('bench');
  const database = await startMariaDb({
    args: ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=512M'],
  });
  const port = await freePort();
  const secret = randomBytes(32).toString('hex');
  const service = await startService(dir, {
    DATABASE_URL: database.url,
    GRPC_PORT: String(port),
    SERVICE_SECRET: secret,
    ...env,
  });
  const clients = createClientPool(`127.0.0.1:${port}`, secret);
  return {
    databaseUrl: database.url,
    databasePid: database.pid,
    servicePid: service.pid,
    clients,
    log: () => service.log(),
    async stop() {
      clients.close();
      await service.stop();
      await database.stop();
      await removeTempDir(dir);
    },
  };
}

async function startService(dir: string, env: Record<string, string>): Promise<Child> {
  const profileDir = process.env.ONAIR_BENCH_PROFILE;
  const platform = await builtDir();
  const service = await startChild({
    name: 'grpc',
    command: join(projectDir, 'node_modules/.bin/node'),
    args: [
      ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
      ...[join(platform, 'main.js'), '--only', 'grpc'],
    ],
    dir,
    env: {
      ONAIR_ENV: 'test',
      DATA_DIR: dir,
      LOG_LEVEL: 'warn',
      ADMIN_PASSWORD: adminPassword,
      ...env,
    },
  });
  await service.waitUntil('the services are ready', () => service.log().includes('is on air'), {
    timeoutMs: 60_000,
  });
  return service;
}
