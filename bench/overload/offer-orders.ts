import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../common/ids.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import type { Stage } from '../kit/stage.ts';
import { oneUnitOf, type Shop } from '../orders/shop.ts';
import { type Answers, createTally } from './tally.ts';
import { watchMemory } from './watch-memory.ts';

/** How often orders leave: each time all that are due, in one call of their own. */
const tickMs = 5;
/** Orders in one call at most. */
const maxPerCall = 500;

/**
 * An open loop: offers orders at a steady rate, as many edge processes would, waiting for no
 * answer. Latency counts from when an order was due, so falling behind counts too.
 * @throws what a call failed with, or an order was refused with other than OVERLOADED and a time to
 *   come back
 */
export async function offerOrders(
  stage: Stage,
  shop: Shop,
  { perS, seconds }: { readonly perS: number; readonly seconds: number },
) {
  const { orders } = stage.clients.as({ actor: { kind: 'service', name: 'bench' } });
  const tally = createTally();
  const memory = watchMemory(stage.servicePid);
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let offered = 0;
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - startedAt) {
    const due = Math.min(maxPerCall, Math.floor((elapsed * perS) / 1_000) - offered);
    if (due > 0) {
      const dueAt = startedAt + (offered / perS) * 1_000;
      const call = place(orders, shop, due)
        .then((answers) => tally.count(answers, dueAt), tally.fail)
        .finally(() => underWay.delete(call));
      underWay.add(call);
      offered += due;
    }
    memory.look(elapsed < seconds * 500 ? 'firstHalfMb' : 'secondHalfMb');
    await delay(tickMs);
  }
  const offeredForS = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  const tookS = (performance.now() - startedAt) / 1_000;
  const offeredPerS = Math.round(offered / offeredForS);
  return { offeredPerS, ...tally.figures(tookS), ...memory.figures() };
}

async function place(orders: Clients['orders'], shop: Shop, count: number): Promise<Answers> {
  const lines = oneUnitOf(shop).map(({ good, quantity }) => {
    return { skuId: good.skuId, dealId: '', quantity, expectedUnitPrice: good.price };
  });
  const requests = Array.from({ length: count }, () => {
    return { requestId: newId('req'), userId: newId('usr'), broadcastId: shop.broadcastId, lines };
  });
  const { outcomes } = await orders.placeOrders({ orders: requests });
  return outcomes.map(({ result }) => {
    if (result?.$case === 'order') return undefined;
    const { code, details = {} } = result?.value ?? {};
    const retryAfterMs = Number(details.retryAfterMs);
    if (code === 'OVERLOADED' && retryAfterMs > 0) return retryAfterMs;
    throw new Error(`refused with ${code}, to come back in ${details.retryAfterMs} ms`);
  });
}
