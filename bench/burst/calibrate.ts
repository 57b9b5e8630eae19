import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { silentLogger } from '../../common/logger.ts';
import { createOrderBatch, type OrderPlacement } from '../../realtime/batches/order-batch.ts';
import { median } from '../kit/measure.ts';
import { startServices } from '../kit/processes.ts';
import { goOnAir, layOut } from './goods.ts';

const orders = 2_000;
const tries = 3;

/** The number of connections with which the row-lock services place a burst soonest. */
export async function calibrate(dir: string, databaseUrl: string): Promise<number> {
  let best = { connections: 0, ms: Number.POSITIVE_INFINITY };
  for (const connections of [8, 16, 32]) {
    const ms = await burstMs(dir, databaseUrl, connections);
    console.log(`row-lock with ${connections} connections: ${Math.round(ms)} ms`);
    if (ms < best.ms) best = { connections, ms };
  }
  return best.connections;
}

/** Milliseconds for a burst as a room sends it, but with nobody connected. */
async function burstMs(dir: string, databaseUrl: string, connections: number): Promise<number> {
  const name = `calibrate-${connections}`;
  const env = { DATABASE_URL: databaseUrl, DATABASE_POOL: String(connections) };
  const services = await startServices('row-lock', { name, dir, env });
  try {
    const { clients } = services;
    const batch = createOrderBatch({ clients, log: silentLogger(), queueLimit: orders });
    const show = await goOnAir(clients);
    const took: number[] = [];
    for (let round = 0; round <= tries; round += 1) {
      const { skuId, dealId } = await layOut(clients, show, orders);
      const lines = [{ skuId, dealId, quantity: 1, expectedUnitPrice: 0 }];
      const startedAt = performance.now();
      await Promise.all(
        Array.from({ length: orders }, () => {
          const requestId = newId('req');
          const { broadcastId } = show;
          const order = { requestId, userId: newId('usr'), broadcastId, lines };
          return submit(batch, { requestId, order });
        }),
      );
      took.push(performance.now() - startedAt);
    }
    // The first one warmed up.
    return median(took.slice(1));
  } finally {
    await services.stop();
  }
}

/** Asks again while the outcome is open, as buyers do. */
async function submit(
  batch: ReturnType<typeof createOrderBatch>,
  placement: OrderPlacement,
): Promise<void> {
  for (;;) {
    try {
      await batch.submit(placement);
      return;
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'DEADLINE_EXCEEDED')) throw error;
    }
  }
}
