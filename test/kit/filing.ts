import { createApp } from '../../api/app.ts';
import { createOnairClient, type OnairClient, unwrap } from '../../api/client/index.ts';
import { type Actor, createTokenGate } from '../../common/auth/index.ts';
import { type Config, loadConfig } from '../../common/config.ts';
import { createObjectStore, type ObjectStore } from '../../common/files/index.ts';
import type { JobKind } from '../../common/jobs.ts';
import { silentLogger } from '../../common/logger.ts';
import { createLocalPulse } from '../../common/pulse/index.ts';
import { createClientPool } from '../../common/rpc/clients.ts';
import { type Context, createContext } from '../../grpc/context.ts';
import type { Database } from '../../grpc/db/index.ts';
import { addServices } from '../../grpc/index.ts';
import type { Job as LeasedJob } from '../../proto/gen/onair/jobs/v1/jobs.ts';
import { handleJobs } from '../../workers/handle-jobs.ts';
import { createHandlers } from '../../workers/handlers.ts';
import { freePort } from './free-port.ts';
import { serveRpc } from './serve-rpc.ts';
import { makeTempDir } from './temp-dir.ts';
import { testVault } from './vault.ts';

/** Someone who uploads. */
export interface Uploader {
  readonly userId: string;
  readonly api: OnairClient;
}

/** Services, edge and workers in this process, for suites of files. */
export interface Filing {
  readonly config: Config;
  readonly db: Database;
  readonly context: Context;
  readonly objects: ObjectStore;
  /** Signs someone up and logs them in, as an admin if told so. */
  makeUploader(name: string, role?: 'admin'): Promise<Uploader>;
  /** Runs what is due of the kinds that files need, and what follows from it, until nothing is. */
  work(): Promise<void>;
  /** Strikes the tick that ends files, and runs what follows from it. */
  sweep(): Promise<void>;
  /**
   * Runs a job once more, whatever the queue says of it. `cutOff`: the services can't be reached, so
   * that what the job did is told nobody.
   * @throws Error when the job was not done
   */
  run(kind: JobKind, payload: unknown, how?: { readonly cutOff: boolean }): Promise<void>;
  now(): number;
  /** Moves the services' clock on. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

const kinds = [
  'files.check',
  'files.erase',
  'users.show-image',
] as const satisfies readonly JobKind[];
const workers: Actor = { kind: 'service', name: 'workers' };
/** The password of everyone who uploads. */
export const uploaderPassword = 'correct horse battery';
/** The secret of the processes. */
export const filingSecret = 'the secret of the processes of this test';

/** @param settings where the store is; else on disk. */
export async function startFiling(
  db: Database,
  settings: Readonly<Record<string, string>> = {},
): Promise<Filing> {
  const port = await freePort();
  const config = loadConfig({
    // The machine that runs the suites may have other things to do.
    API_MAX_LOOP_DELAY_MS: '60000',
    ONAIR_ENV: 'test',
    DATA_DIR: makeTempDir('filing'),
    API_PORT: String(port),
    SERVICE_SECRET: filingSecret,
    ARGON2_MEMORY_KIB: '1024',
    RATE_LIMIT_PER_MINUTE: '1000000',
    RATE_LIMIT_ACCOUNTS_PER_MINUTE: '1000000',
    RATE_LIMIT_WRITES_PER_MINUTE: '1000000',
    RATE_LIMIT_UPLOADS_PER_MINUTE: '1000000',
    ...settings,
  });
  let shift = 0;
  const clock = { now: () => Date.now() + shift };
  const log = silentLogger();
  const pulse = createLocalPulse();
  const context = createContext({ config, db, clock, log, pulse, vault: testVault });
  const rpc = await serveRpc((server) => addServices(server, context));
  const tokens = createTokenGate({ sessions: rpc.as(workers).sessions, pulse, log });
  const readiness = { draining: false };
  const app = await createApp({ config, log, clients: rpc.pool, readiness, tokens });
  await app.listen({ host: '127.0.0.1', port });
  const objects = createObjectStore(config, clock);
  const handlers = createHandlers(objects);
  const clients = rpc.as(workers);
  const options = { deadline: 20_000, signal: new AbortController().signal };
  const handling = { clients, log, options };
  // Port 1 needs privileges that no test has, so nobody listens there.
  const nowhere = createClientPool('127.0.0.1:1', filingSecret);
  const baseUrl = `http://127.0.0.1:${port}`;

  /** Generic, so that handler and jobs are known to be of one kind. */
  async function handle<Kind extends JobKind>(
    kind: Kind,
    jobs: readonly LeasedJob[],
    context = handling,
  ) {
    const results = await handleJobs(kind, handlers[kind], jobs, context);
    for (const [id, result] of results) {
      if (result.kind !== 'done') throw new Error(`${kind} ${id}: ${result.reason}`);
    }
  }

  async function handleDue(): Promise<number> {
    const request = { workerId: 'test', kinds: [...kinds], limit: 100, leaseSeconds: 60 };
    const { jobs } = await clients.jobs.leaseJobs(request);
    for (const kind of kinds) {
      const own = jobs.filter((job) => job.kind === kind);
      await handle(kind, own);
    }
    await clients.jobs.completeJobs({ workerId: 'test', jobIds: jobs.map(({ id }) => id) });
    return jobs.length;
  }

  return {
    config,
    db,
    context,
    objects,
    async makeUploader(name, role) {
      const email = `${name}-${Math.random().toString(36).slice(2)}@onair.test`;
      const password = uploaderPassword;
      const nobody = createOnairClient({ baseUrl, accessToken: () => undefined });
      const { id } = await unwrap(nobody.POST('/v1/users', { body: { email, password, name } }));
      if (role !== undefined) {
        const grant = { requestId: id, userId: id, role, reason: 'test' };
        await context.users.grantRole({ kind: 'service', name: 'test' }, grant);
      }
      const opened = await unwrap(nobody.POST('/v1/sessions', { body: { email, password } }));
      const api = createOnairClient({ baseUrl, accessToken: () => opened.accessToken });
      return { userId: opened.user.id, api };
    },
    async work() {
      while ((await handleDue()) > 0);
    },
    run: runOne,
    async sweep() {
      await runOne('files.sweep', { tick: new Date().toISOString() });
      while ((await handleDue()) > 0);
    },
    now: clock.now,
    pass(ms) {
      shift += ms;
    },
    async stop() {
      tokens.stop();
      await app.close();
      nowhere.close();
      await rpc.stop();
      await context.drain();
      context.close();
      objects.close();
      await pulse.close();
    },
  };

  async function runOne(
    kind: JobKind,
    payload: unknown,
    { cutOff } = { cutOff: false },
  ): Promise<void> {
    const job = {
      id: 'job_00000000000000000000000000',
      kind,
      payloadJson: JSON.stringify(payload),
      attempts: 1,
      maxAttempts: 10,
      runAt: new Date(),
      lastError: '',
    };
    await handle(
      kind,
      [job],
      cutOff ? { ...handling, clients: nowhere.as({ actor: workers }) } : handling,
    );
  }
}
