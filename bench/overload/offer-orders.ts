import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../common/ids.ts';
import type { Clients } from '../../common/rpc/clients.ts';
import { latencyHistogram, round2 } from '../kit/measure.ts';
import { rssMbOf } from '../kit/process-usage.ts';
import type { Stage } from '../kit/stage.ts';
import { oneUnitOf, type Shop } from '../orders/shop.ts';

/** How often orders leave: each time all that are due, in one call of their own. */
const tickMs = 5;
/** Orders in one call at most. */
const maxPerCall = 500;

/**
 * An open loop: offers orders at a steady rate, as many edge processes would, waiting for no
 * answer. Latency counts from when an order was due, so falling behind counts too.
 */
export async function offerOrders(
  stage: Stage,
  shop: Shop,
  { perS, seconds }: { readonly perS: number; readonly seconds: number },
) {
  const { orders } = stage.clients.as({ actor: { kind: 'service', name: 'bench' } });
  const answers = createTally();
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let offered = 0;
  let rssMb = 0;
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - startedAt) {
    const due = Math.min(maxPerCall, Math.floor((elapsed * perS) / 1_000) - offered);
    if (due > 0) {
      const dueAt = startedAt + (offered / perS) * 1_000;
      const call = place(orders, shop, due).then((codes) => answers.count(codes, dueAt));
      underWay.add(call);
      void call.finally(() => underWay.delete(call));
      offered += due;
    }
    rssMb = Math.max(rssMb, rssMbOf(stage.servicePid));
    await delay(tickMs);
  }
  const offeredFor = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  const tookS = (performance.now() - startedAt) / 1_000;
  return {
    offeredPerS: Math.round(offered / offeredFor),
    acceptedPerS: Math.round(answers.accepted / tookS),
    refused: answers.refused,
    refusedPercent: Math.round((100 * answers.refused) / offered),
    retryAfterMs: answers.retryAfterMs,
    failedCalls: answers.failedCalls,
    acceptedP50Ms: round2(answers.latencies.getValueAtPercentile(50) / 1_000),
    acceptedP99Ms: round2(answers.latencies.getValueAtPercentile(99) / 1_000),
    rssMb,
  };
}

/** What became of each order: undefined for an accepted one, or when to come back. */
type Answers = readonly (number | undefined)[] | 'failed';

async function place(orders: Clients['orders'], shop: Shop, count: number): Promise<Answers> {
  const lines = oneUnitOf(shop).map(({ good, quantity }) => {
    return { skuId: good.skuId, dealId: '', quantity, expectedUnitPrice: good.price };
  });
  const requests = Array.from({ length: count }, () => {
    return { requestId: newId('req'), userId: newId('usr'), broadcastId: shop.broadcastId, lines };
  });
  try {
    const { outcomes } = await orders.placeOrders({ orders: requests }, { deadline: 30_000 });
    return outcomes.map(({ result }) => {
      if (result?.$case === 'order') return undefined;
      const { code, details = {} } = result?.value ?? {};
      if (code !== 'OVERLOADED') throw new Error(`refused with ${code}`);
      return Number(details.retryAfterMs);
    });
  } catch (error) {
    console.error(error);
    return 'failed';
  }
}

function createTally() {
  const latencies = latencyHistogram();
  const tally = { latencies, accepted: 0, refused: 0, failedCalls: 0, retryAfterMs: 0 };
  return Object.assign(tally, {
    count(answers: Answers, dueAt: number) {
      if (answers === 'failed') {
        tally.failedCalls += 1;
        return;
      }
      const tookUs = Math.max(1, Math.round((performance.now() - dueAt) * 1_000));
      for (const retryAfterMs of answers) {
        if (retryAfterMs === undefined) {
          tally.accepted += 1;
          latencies.recordValue(tookUs);
        } else {
          tally.refused += 1;
          tally.retryAfterMs = Math.max(tally.retryAfterMs, retryAfterMs);
        }
      }
    },
  });
}
