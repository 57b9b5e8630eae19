import { serviceSecret } from '../common/auth/index.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import { createPulse } from '../common/pulse/index.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import type { GrpcPart } from '../grpc/index.ts';

/** Parts in the order in which they start; they stop the other way round. */
export const partNames = ['sandbox', 'grpc', 'workers', 'realtime', 'api'] as const;

/** One of {@link partNames}. */
export type PartName = (typeof partNames)[number];

/** Whether the word names a part. */
export function isPartName(name: string): name is PartName {
  return partNames.some((known) => known === name);
}

/** What runs in this process. */
export interface Running {
  /** In the order in which they started. */
  readonly parts: readonly Part[];
  /** The services among them, if they are. */
  readonly services: GrpcPart | undefined;
  /** Closes what the parts shared. */
  close(): Promise<void>;
}

/**
 * Starts parts, each once the ones before it are ready. A part is loaded only when it is asked
 * for, so that a process carries no code that it doesn't run.
 */
export async function startParts(
  names: readonly PartName[],
  config: Config,
  log: Logger,
): Promise<Running> {
  const pulse = await createPulse(config, log);
  const grpcAddress = config.GRPC_ADDRESS ?? `127.0.0.1:${config.GRPC_PORT}`;
  const secret = serviceSecret(config);
  const clients = createClientPool(grpcAddress, secret);
  const pools = [clients];
  const parts: Part[] = [];
  let services: GrpcPart | undefined;

  const start: Readonly<Record<PartName, () => Promise<Part>>> = {
    sandbox: async () => (await import('../sandbox/index.ts')).startSandbox({ config, log }),
    grpc: async () => {
      services = await (await import('../grpc/index.ts')).startGrpc({ config, log, pulse });
      return services;
    },
    workers: async () =>
      (await import('../workers/index.ts')).startWorkers({ config, log, clients }),
    realtime: async () =>
      (await import('../realtime/index.ts')).startRealtime({ config, log, pulse, clients }),
    async api() {
      const together = createClientPool(grpcAddress, secret, { together: true });
      pools.push(together);
      return (await import('../api/index.ts')).startApi({ config, log, pulse, clients: together });
    },
  };

  const close = async () => {
    for (const pool of pools) pool.close();
    await pulse.close();
  };
  try {
    for (const name of partNames) {
      if (names.includes(name)) parts.push(await start[name]());
    }
  } catch (error) {
    for (const part of parts.reverse()) await part.stop();
    await close();
    throw error;
  }
  return { parts, services, close };
}
