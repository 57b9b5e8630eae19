import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import type { ClientPool } from '../../common/rpc/clients.ts';
import { createOrderBatch } from '../../realtime/batches/order-batch.ts';
import type { Line } from './rows.ts';
import type { Shop } from './shop.ts';

/** The services, called as the rooms call them. */
export interface Ours {
  /** Places an order of a new buyer. Answers false when stock is short. */
  sell(worker: number, lines: readonly Line[]): Promise<boolean>;
}

/**
 * The coalescers of so many realtime processes before the services; workers are dealt out to them
 * as viewers are to processes.
 */
export function openOurs(clients: ClientPool, shop: Shop, processes: number): Ours {
  const rooms = Array.from({ length: processes }, () =>
    createOrderBatch({ clients, log: silentLogger(), queueLimit: 1_000_000 }),
  );
  return {
    async sell(worker, lines) {
      const room = rooms[worker % rooms.length];
      if (room === undefined) throw new Error('no rooms');
      const requestId = newId('req');
      try {
        await room.submit({
          requestId,
          order: {
            requestId,
            userId: newId('usr'),
            broadcastId: shop.broadcastId,
            lines: lines.map(({ good, quantity }) => {
              return { skuId: good.skuId, dealId: '', quantity, expectedUnitPrice: good.price };
            }),
          },
        });
        return true;
      } catch (error) {
        if (error instanceof DomainError && error.code === 'SOLD_OUT') return false;
        throw error;
      }
    },
  };
}
