import { ChannelCredentials, createChannel, createClient } from 'nice-grpc';
import { HealthDefinition } from 'nice-grpc-server-health';
import { type Config, loadConfig } from '../common/config.ts';

/** Milliseconds that a part has to say that it is well. */
const deadlineMs = 3_000;

/** What grpc.health.v1 calls SERVING. */
const serving = 1;

/** How each part that listens is asked whether it takes work. */
const checks = {
  api: (config: Config) =>
    askHttp(`http://${hostOf(config.API_HOST)}:${config.API_PORT}/health/ready`),
  realtime: (config: Config) =>
    askHttp(`http://${hostOf(config.REALTIME_HOST)}:${config.REALTIME_PORT}/health`),
  grpc: (config: Config) => askGrpc(`${hostOf(config.GRPC_HOST)}:${config.GRPC_PORT}`),
} as const;

/**
 * `node dist/launch/check-health.js api|realtime|grpc`, for whoever watches over a process from
 * beside it and has its environment: exits 0 when the part there takes work, and otherwise 1 with
 * the reason on standard error.
 */
async function main(part: string | undefined): Promise<void> {
  const check = Object.entries(checks).find(([name]) => name === part)?.[1];
  if (check === undefined) {
    throw new Error(`name one of ${Object.keys(checks).join(', ')}; workers do not listen`);
  }
  await check(loadConfig(process.env));
}

async function askHttp(url: string): Promise<void> {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(deadlineMs) });
  if (status !== 200) throw new Error(`${url} answers ${status}`);
}

async function askGrpc(address: string): Promise<void> {
  const channel = createChannel(address, ChannelCredentials.createInsecure());
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const { status } = await createClient(HealthDefinition, channel).check(
      { service: '' },
      { signal },
    );
    if (status !== serving) throw new Error(`${address} answers ${status}`);
  } finally {
    channel.close();
  }
}

/** Where to reach what listens on `host`: what listens everywhere listens here too. */
function hostOf(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
