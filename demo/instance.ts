import { randomBytes } from 'node:crypto';
import { freePort } from '../test/kit/free-port.ts';
import { startNode } from '../test/kit/node.ts';
import { makeTempDir, removeTempDir } from '../test/kit/temp-dir.ts';
import type { DemoSettings } from './settings.ts';

/** Where the demo plays. */
export interface Instance {
  readonly apiUrl: string;
  /** One for each process that holds rooms. */
  readonly realtimeUrls: readonly string[];
  readonly sandboxUrl: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  stop(): Promise<void>;
}

/** Seconds that a buyer has to pay in an instance of our own: short, so that units come back. */
const paymentDeadlineSeconds = 8;

/** The instance that was named, or one of our own on free ports in a temporary folder. */
export async function openInstance(settings: DemoSettings): Promise<Instance> {
  if (settings.url !== undefined) {
    const { url, realtimeUrl, sandboxUrl, adminEmail, adminPassword } = settings;
    return {
      apiUrl: url,
      realtimeUrls: [realtimeUrl],
      sandboxUrl,
      adminEmail,
      adminPassword,
      stop: async () => undefined,
    };
  }
  const dir = makeTempDir('demo');
  const [api, realtime, grpc, sandbox] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const adminPassword = randomBytes(12).toString('base64url');
  const child = await startNode({
    name: 'onair',
    file: 'main.ts',
    dir,
    env: {
      DATA_DIR: dir,
      API_PORT: String(api),
      REALTIME_PORT: String(realtime),
      GRPC_PORT: String(grpc),
      SANDBOX_PORT: String(sandbox),
      SEED_DEMO: 'false',
      ADMIN_EMAIL: settings.adminEmail,
      ADMIN_PASSWORD: adminPassword,
      PAYMENT_DEADLINE_SECONDS: String(paymentDeadlineSeconds),
      // Hundreds of accounts are made here at once; a real instance keeps the default cost.
      ARGON2_MEMORY_KIB: '1024',
      RATE_LIMIT_PER_MINUTE: '1000000',
      RATE_LIMIT_WRITES_PER_MINUTE: '1000000',
      RATE_LIMIT_MONEY_PER_MINUTE: '1000000',
      RATE_LIMIT_ACCOUNTS_PER_MINUTE: '1000000',
      RATE_LIMIT_UPLOADS_PER_MINUTE: '1000000',
    },
  });
  await child.waitForLine(/is on air/, { timeoutMs: 60_000 });
  return {
    apiUrl: `http://127.0.0.1:${api}`,
    realtimeUrls: [`http://127.0.0.1:${realtime}`],
    sandboxUrl: `http://127.0.0.1:${sandbox}`,
    adminEmail: settings.adminEmail,
    adminPassword,
    async stop() {
      await child.stop();
      await removeTempDir(dir);
    },
  };
}
