import { ChannelCredentials, createChannel, createClient } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { unwrap } from '../api/client/index.ts';
import { services } from '../common/rpc/services.ts';
import { freePort } from './kit/free-port.ts';
import { startNode } from './kit/node.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { makeTempDir, removeTempDir } from './kit/temp-dir.ts';

describe('the command line', () => {
  let dir: string;
  beforeAll(() => {
    dir = makeTempDir('command-line');
  });
  afterAll(() => removeTempDir(dir));

  const run = async (name: string, args: string[], env: Record<string, string> = {}) => {
    const child = await startNode({ name, file: 'main.ts', args, env, dir });
    const { code } = await child.exited;
    return { code, output: child.log() };
  };

  it('names every wrong setting at once and starts nothing', async () => {
    const { code, output } = await run('settings', [], {
      API_PORT: 'eighty',
      DATABASE_URL: 'postgres://x',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(1);
    for (const name of ['API_PORT', 'DATABASE_URL', 'LOG_LEVEL']) expect(output).toContain(name);
  });

  it('refuses production on embedded defaults', async () => {
    const { code, output } = await run('production', [], { ONAIR_ENV: 'production' });
    expect(code).toBe(1);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SERVICE_SECRET', 'TOKEN_PRIVATE_KEY']) {
      expect(output).toContain(name);
    }
  });

  it('refuses a part that does not exist', async () => {
    const { code, output } = await run('parts', ['--only', 'grpc,web']);
    expect(code).toBe(1);
    expect(output).toContain('web is none of');
  });

  it('explains itself', async () => {
    expect(await run('help', ['--help'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('--only'),
    });
  });
});

describe('the first start on embedded defaults', () => {
  it('is on air with demo accounts and a live broadcast, and keeps them over a restart', async () => {
    const dir = makeTempDir('first-start');
    const ports = {
      API_PORT: String(await freePort()),
      REALTIME_PORT: String(await freePort()),
      GRPC_PORT: String(await freePort()),
      SANDBOX_PORT: String(await freePort()),
    };
    const env = { DATA_DIR: dir, ARGON2_MEMORY_KIB: '1024', ...ports };
    const first = await startNode({ name: 'first', file: 'main.ts', env, dir });
    await first.waitForLine(/is on air/, { timeoutMs: 60_000 });
    const banner = first.log();
    for (const port of [ports.API_PORT, ports.REALTIME_PORT, ports.GRPC_PORT]) {
      expect(banner).toContain(`:${port}`);
    }
    expect(banner).toMatch(/admin +admin@onair\.local +[0-9A-Z]{20}/);
    expect(banner).toContain('seller@onair.local  onair-demo');
    const live = await fetch(`http://127.0.0.1:${ports.API_PORT}/v1/broadcasts?status=live`);
    const { items }: { items: { id: string }[] } = JSON.parse(await live.text());
    expect(items).toHaveLength(1);
    expect(banner).toContain(items[0]?.id);
    expect(await first.stop()).toEqual({ code: 0, signal: null });

    const second = await startNode({ name: 'second', file: 'main.ts', env, dir });
    await second.waitForLine(/is on air/, { timeoutMs: 60_000 });
    expect(second.log()).toContain(items[0]?.id);
    expect(second.log()).not.toMatch(/admin@onair\.local +[0-9A-Z]{20}/);
    // The password was for the terminal alone.
    const password = /admin@onair\.local +([0-9A-Z]{20})/.exec(banner)?.[1] ?? 'none';
    expect(await readLog(dir)).not.toContain(password);
    await second.stop();
    await removeTempDir(dir);
  });
});

async function readLog(dir: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`${dir}/onair.log`, 'utf8');
}

describeInBothModes('every process', (mode) => {
  let onair: Onair;
  beforeAll(async () => {
    onair = await startOnair(mode);
  });
  afterAll(() => onair.stop());

  it('says that it is ready', async () => {
    for (const url of onair.apiUrls) {
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    }
    for (const url of onair.realtimeUrls) expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('serves gRPC health without our credential, for the server and each service', async () => {
    for (const address of onair.grpcAddresses) {
      const channel = createChannel(address, ChannelCredentials.createInsecure());
      const health = createClient(HealthDefinition, channel);
      for (const service of ['', ...Object.values(services).map((one) => one.fullName)]) {
        expect(await health.check({ service })).toMatchObject({ status: 1 });
      }
      channel.close();
    }
  });

  it('serves the same data from each api process', async () => {
    const seen = await Promise.all(
      onair.apiUrls.map((_, i) => unwrap(onair.rest(undefined, i).GET('/v1/broadcasts'))),
    );
    for (const page of seen) expect(page).toEqual(seen[0]);
  });

  it('drains and exits with 0 when it is told to stop', async () => {
    for (const process of [...onair.processes.values()].reverse()) {
      expect({ [process.name]: await process.stop() }).toEqual({ [process.name]: 0 });
    }
  });
});
