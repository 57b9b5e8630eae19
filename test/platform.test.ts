import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Channel, ChannelCredentials, createChannel, createClient } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { ServerReflectionService } from 'nice-grpc-server-reflection';
import reflection from 'nice-grpc-server-reflection/lib/proto/grpc/reflection/v1/reflection_pb.js';
import { unwrap } from '../api/client/index.ts';
import { services } from '../common/rpc/services.ts';
import { freePort } from './kit/free-port.ts';
import { startNode } from './kit/node.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { makeTempDir, removeTempDir } from './kit/temp-dir.ts';
import { until } from './kit/until.ts';

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
    expect(readFileSync(`${dir}/onair.log`, 'utf8')).not.toContain(password);
    await second.stop();
    await removeTempDir(dir);
  });
});

/** What every process logged: in files of the data folder when embedded, else on its output. */
function logLines(onair: Onair): string[] {
  const file = `${onair.dataDir}/onair.log`;
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return `${kept}\n${onair.logs()}`.split('\n');
}

async function reflectedServices(channel: Channel): Promise<string[]> {
  const client = createClient(ServerReflectionService, channel);
  const ask = async function* () {
    const request = new reflection.ServerReflectionRequest();
    request.setListServices('');
    yield request;
  };
  for await (const response of client.serverReflectionInfo(ask())) {
    return (
      response
        .getListServicesResponse()
        ?.getServiceList()
        .map((one) => one.getName()) ?? []
    );
  }
  return [];
}

describeInBothModes('every process', (mode) => {
  let onair: Onair;
  beforeAll(async () => {
    onair = await startOnair(mode, { env: { LOG_LEVEL: 'debug' } });
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

  it('tells its services and their shapes by reflection', async () => {
    for (const address of onair.grpcAddresses) {
      const channel = createChannel(address, ChannelCredentials.createInsecure());
      const names = await reflectedServices(channel);
      for (const { fullName } of Object.values(services)) expect(names).toContain(fullName);
      channel.close();
    }
  });

  it('carries the request id from the edge into the services', async () => {
    const requestId = `trace-${randomUUID()}`;
    const answer = await fetch(`${onair.apiUrls[0]}/v1/broadcasts/brc_${'0'.repeat(26)}`, {
      headers: { 'x-request-id': requestId },
    });
    expect(answer.headers.get('x-request-id')).toBe(requestId);
    const lines = await until('both processes log the request', () => {
      const found = logLines(onair).filter((line) => line.includes(requestId));
      return found.length >= 2 ? found : undefined;
    });
    expect(lines.some((line) => line.includes('"route":"/v1/broadcasts/:broadcastId"'))).toBe(true);
    expect(lines.some((line) => line.includes('BroadcastsService/GetBroadcast'))).toBe(true);
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
