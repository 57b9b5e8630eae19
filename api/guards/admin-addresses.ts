import type { FastifyInstance } from 'fastify';
import { permissions } from '../../common/auth/index.ts';
import { isWithin, parseNetworks } from '../../common/client-address.ts';
import type { Config } from '../../common/config.ts';
import { PermissionDenied } from '../../common/errors/index.ts';
import type { RpcName } from '../../common/rpc/services.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether only an admin may ask this. */
    forAdmins?: boolean;
  }
}

/** Whether an action is open to admins alone. */
export function isForAdmins(action: RpcName): boolean {
  return permissions[action].every((who) => who === 'admin' || who === 'service');
}

/**
 * Refuses what only admins may ask from anywhere but the networks of ADMIN_ADDRESSES, where that is
 * set: to whoever asks, before anything is said of their token. Add it after the rate limit.
 */
export function addAdminAddresses(app: FastifyInstance, config: Config): void {
  if (config.ADMIN_ADDRESSES === '') return;
  const networks = parseNetworks(config.ADMIN_ADDRESSES);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.forAdmins !== true) return;
    if (isWithin(networks, request.ip)) return;
    request.log.warn({ address: request.ip }, 'an admin’s endpoint was asked from elsewhere');
    throw new PermissionDenied('not from this address');
  });
}
