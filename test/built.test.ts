import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Child, startChild } from './kit/child.ts';
import { describeWith } from './kit/describe-with.ts';
import { freePort } from './kit/free-port.ts';
import { type MariaDb, startMariaDb } from './kit/mariadb.ts';
import { projectDir } from './kit/project-dir.ts';
import { type Redis, startRedis } from './kit/redis.ts';
import { makeTempDir, removeTempDir } from './kit/temp-dir.ts';

const kinds = ['grpc', 'workers', 'realtime', 'api'] as const;

// What the image runs, as docker-compose.yml runs it: built, by kind, with production's settings.
describeWith(['mariadb', 'redis'], 'what npm run build makes, in production', () => {
  const dir = makeTempDir('built');
  const dataDir = join(dir, 'data');
  let mariaDb: MariaDb | undefined;
  let redis: Redis | undefined;
  let env: Record<string, string> = {};
  const processes = new Map<string, Child>();

  beforeAll(async () => {
    const [build, database, cache] = await Promise.all([
      runBuild(dir),
      startMariaDb(),
      startRedis(),
    ]);
    expect(build).toEqual({ code: 0, signal: null });
    [mariaDb, redis] = [database, cache];
    env = await productionSettings(database, cache, dataDir);
  }, 180_000);

  afterAll(async () => {
    await Promise.all([...processes.values()].map((child) => child.stop()));
    await Promise.all([mariaDb?.stop(), redis?.stop()]);
    await removeTempDir(dir);
  });

  it('refuses to start without its settings, and names each that is missing', async () => {
    const child = await runBuilt('refusal', ['dist/main.js'], { ONAIR_ENV: 'production' });
    expect(await child.exited).toMatchObject({ code: 1 });
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SERVICE_SECRET', 'TOKEN_PRIVATE_KEY']) {
      expect(child.log()).toContain(`${name}: required in production`);
    }
  });

  it('starts each kind of process, and its health check says so', async () => {
    for (const kind of kinds) {
      const child = await runBuilt(kind, ['dist/main.js', '--only', kind], env);
      processes.set(kind, child);
      await child.waitForLine(/is on air/, { timeoutMs: 60_000 });
    }
    expect(await healthOf('grpc')).toEqual({ code: 0, log: '' });
    expect(await healthOf('api')).toEqual({ code: 0, log: '' });
    expect(await healthOf('realtime')).toEqual({ code: 0, log: '' });
  });

  it('serves an administrator over REST', async () => {
    const answer = await fetch(`http://127.0.0.1:${env.API_PORT}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD }),
    });
    expect(answer.status).toBe(201);
  });

  it('has the operator’s commands beside it', async () => {
    const run = async (...args: string[]) => {
      const child = await runBuilt(`command-${randomBytes(4).toString('hex')}`, args, env);
      expect(await child.exited).toEqual({ code: 0, signal: null });
      return child.log();
    };
    expect(await run('dist/grpc/audits/command.js')).toContain('the books agree');
    expect(await run('dist/grpc/vault/command.js', 'status')).toMatch(/ active .* 2 cells/);
  });

  it('keeps nothing on disk', () => {
    expect(existsSync(dataDir)).toBe(false);
  });

  it('stops in order when told, its health check failing from then on', async () => {
    for (const kind of [...kinds].reverse()) {
      const child = processes.get(kind);
      expect(await child?.stop()).toEqual({ code: 0, signal: null });
      expect(child?.log()).toContain('"stopped"');
    }
    expect(await healthOf('grpc')).toMatchObject({ code: 1 });
    expect(await healthOf('api')).toMatchObject({ code: 1 });
  });

  function runBuilt(name: string, args: string[], settings: Record<string, string>) {
    const command = join(projectDir, 'node_modules/.bin/node');
    return startChild({ name, command, args, env: settings, dir, cwd: projectDir });
  }

  async function healthOf(kind: string): Promise<{ code: number | null; log: string }> {
    const name = `health-${kind}-${randomBytes(4).toString('hex')}`;
    const child = await runBuilt(name, ['dist/launch/check-health.js', kind], env);
    const { code } = await child.exited;
    return { code, log: child.log() };
  }
});

async function runBuild(dir: string) {
  const build = { name: 'build', command: 'npm', args: ['run', 'build'] };
  return (await startChild({ ...build, dir, cwd: projectDir })).exited;
}

async function productionSettings(mariaDb: MariaDb, redis: Redis, dataDir: string) {
  const grpcPort = await freePort();
  const { privateKey } = generateKeyPairSync('ed25519');
  const masterKeyFile = join(dirname(dataDir), 'master-key');
  writeFileSync(masterKeyFile, randomBytes(32).toString('base64'));
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    ONAIR_ENV: 'production',
    NODE_ENV: 'production',
    DATA_DIR: dataDir,
    DATABASE_URL: await mariaDb.createDatabase('production'),
    REDIS_URL: redis.url,
    GRPC_PORT: String(grpcPort),
    // As one name has the addresses of all replicas.
    GRPC_ADDRESS: `dns:///localhost:${grpcPort}`,
    API_PORT: String(await freePort()),
    REALTIME_PORT: String(await freePort()),
    REALTIME_PUBLIC_ADDRESS: 'live.example/realtime-1',
    SERVICE_SECRET: randomBytes(32).toString('hex'),
    TOKEN_PRIVATE_KEY: Buffer.from(pem).toString('base64'),
    ADMIN_EMAIL: 'admin@live.example',
    ADMIN_PASSWORD: 'correct horse battery',
    MASTER_KEY_FILE: masterKeyFile,
    TOSS_BASE_URL: 'https://toss.invalid',
    TOSS_SECRET_KEY: 'live_sk_of_nobody',
    NTS_BASE_URL: 'https://nts.invalid',
    NTS_SERVICE_KEY: 'key-of-nobody',
    BANK_INQUIRY_BASE_URL: 'https://bank.invalid',
    BANK_INQUIRY_KEY: 'key-of-nobody',
    S3_BUCKET: 'onair-files',
    S3_PUBLIC_BUCKET: 'onair-public',
    S3_ENDPOINT: 'https://s3.invalid',
    S3_ACCESS_KEY: 'key',
    S3_SECRET_KEY: 'secret',
    FILES_URL: 'https://files.live.example',
    SMTP_URL: 'smtp://mail.invalid:25',
    MAIL_FROM: 'Onair <no-reply@live.example>',
    WEB_URL: 'https://live.example',
  };
}
