import { randomBytes } from 'node:crypto';
import type { Actor } from '../../common/auth/index.ts';
import { silentLogger } from '../../common/logger.ts';
import { type ClientPool, type Clients, createClientPool } from '../../common/rpc/clients.ts';
import { createRpcServer, type RpcServer } from '../../grpc/server.ts';

/** Services on a port of their own, behind the same middleware as in production. */
export interface ServedRpc {
  readonly pool: ClientPool;
  /** Clients that act for someone. */
  as(actor: Actor): Clients;
  stop(): Promise<void>;
}

/** Serves what `add` adds to a server of this process. */
export async function serveRpc(add: (server: RpcServer) => void): Promise<ServedRpc> {
  const secret = randomBytes(32).toString('hex');
  const server = createRpcServer(secret, silentLogger());
  add(server);
  const port = await server.listen('127.0.0.1:0');
  const pool = createClientPool(`127.0.0.1:${port}`, secret);
  return {
    pool,
    as: (actor) => pool.as({ actor }),
    async stop() {
      pool.close();
      await server.shutdown();
    },
  };
}
