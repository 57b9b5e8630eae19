import type { AddressInfo } from 'node:net';
import { createTokenGate } from '../common/auth/index.ts';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import type { Pulse } from '../common/pulse/index.ts';
import type { ClientPool } from '../common/rpc/clients.ts';
import { createApp } from './app.ts';

export interface ApiDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clients: ClientPool;
  readonly pulse: Pulse;
}

/** Milliseconds between two looks for idle connections while draining. */
const idleSweepMs = 100;

/**
 * Serves REST at API_HOST and API_PORT (0 takes a free port; see the part's address). Draining
 * stops listening, refuses what arrives on open connections, and waits for requests under way.
 */
export async function startApi(deps: ApiDeps): Promise<Part> {
  const { config } = deps;
  const readiness = { draining: false };
  const { sessions } = deps.clients.as({ actor: { kind: 'service', name: 'api' } });
  const tokens = createTokenGate({ ...deps, sessions });
  const app = await createApp({ ...deps, readiness, tokens });
  await app.listen({ host: config.API_HOST, port: config.API_PORT });
  return {
    name: 'api',
    address: addressOf(app.server.address(), config.API_HOST),
    async drain() {
      readiness.draining = true;
      // A connection whose answer had begun by now stays open, idle, and would be waited for.
      const sweep = setInterval(() => app.server.closeIdleConnections(), idleSweepMs);
      await app.close();
      clearInterval(sweep);
    },
    async stop() {
      readiness.draining = true;
      tokens.stop();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function addressOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') return address ?? '';
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`;
}
