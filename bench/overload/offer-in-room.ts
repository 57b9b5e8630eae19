import { setTimeout as delay } from 'node:timers/promises';
import type { Room } from '@colyseus/sdk';
import { z } from 'zod';
import { newId } from '../../common/ids.ts';
import { layOutPlenty } from '../burst/goods.ts';
import type { Stack } from '../burst/stack.ts';
import { closedLoop } from '../kit/measure.ts';
import { createTally } from './tally.ts';
import { watchMemory } from './watch-memory.ts';

const warmUpSeconds = 3;
const tickMs = 5;

/** Milliseconds after which silence is a failure. */
const patienceMs = 30_000;

const confirmed = z.object({ orderId: z.string() });
const overloaded = z.object({
  code: z.literal('OVERLOADED'),
  details: z.object({ retryAfterMs: z.coerce.number().int().positive() }),
});
const rejection = z.object({ reason: overloaded });

/**
 * Offers orders in a full room at twice the rate at which its buyers get answers when each waits
 * for the last, in an open loop.
 * @throws what an order was refused with other than OVERLOADED and a time to come back
 */
export async function offerInRoom(stack: Stack, seconds: number) {
  const { rooms } = stack.crowd;
  const skuId = await layOutPlenty(stack.services.clients, stack.show);
  const order = (room: Room | undefined) => {
    const request = { id: newId('req'), lines: [{ skuId, quantity: 1 }] };
    if (room === undefined) throw new Error('the room is empty');
    return ask(room, request);
  };
  const once = async (worker: number) => void (await order(rooms[worker]));
  const loop = { seconds: warmUpSeconds, workers: rooms.length, once };
  await closedLoop(loop);
  const sustainablePerS = Math.round((await closedLoop(loop)).perS);

  const tally = createTally();
  const memory = watchMemory(stack.realtime.pid);
  const perS = 2 * sustainablePerS;
  const underWay = new Set<Promise<void>>();
  const startedAt = performance.now();
  let offered = 0;
  for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - startedAt) {
    for (; offered < (elapsed * perS) / 1_000; offered += 1) {
      const dueAt = startedAt + (offered / perS) * 1_000;
      const answer = order(rooms[offered % rooms.length])
        .then((retryAfterMs) => tally.count([retryAfterMs], dueAt), tally.fail)
        .finally(() => underWay.delete(answer));
      underWay.add(answer);
    }
    memory.look(elapsed < seconds * 500 ? 'firstHalfMb' : 'secondHalfMb');
    await delay(tickMs);
  }
  const offeredForS = (performance.now() - startedAt) / 1_000;
  await Promise.all(underWay);
  const tookS = (performance.now() - startedAt) / 1_000;
  const offeredPerS = Math.round(offered / offeredForS);
  return { sustainablePerS, offeredPerS, ...tally.figures(tookS), ...memory.figures() };
}

/** Undefined for an accepted order, or when to come back. */
async function ask(room: Room, request: object): Promise<number | undefined> {
  const asked: Promise<unknown> = room.request('order', request, { timeout: patienceMs });
  return asked.then(
    (reply) => {
      confirmed.parse(reply);
      return undefined;
    },
    (error: unknown) => rejection.parse(error).reason.details.retryAfterMs,
  );
}
